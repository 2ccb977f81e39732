import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState, type ReactNode } from 'react'
import { operations, type EvaluationDataset, type EvaluationRecord } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { Link } from '../../design/link.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { useCaller } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useSearchState } from '../../app/search-state.ts'
import { fieldsText, ownFields } from './fields-text.ts'
import { RecordDialog } from './record-dialog.tsx'
import { sourceWord } from './source-word.ts'
import './evaluation-datasets.css'

/** The records of an evaluation data set, or those with some words; one opens in full. */
export function EvaluationRecords({ dataset }: { dataset: EvaluationDataset }): ReactNode {
  const { id } = dataset
  const caller = useCaller()
  const [search, change] = useSearchState()
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 250)
  const input = { dataset: id, limit: 200, ...(asked === '' ? {} : { text: asked }) }
  const read = useInfiniteQuery({
    queryKey: ['evaluationDatasets', 'evaluationDatasets.records', input],
    queryFn: ({ pageParam }) =>
      caller.call(operations.evaluationDatasets.records, {
        ...input,
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: (before) => before,
  })
  const records = useMemo(() => read.data?.pages.flatMap((page) => page.records) ?? [], [read.data])
  const columns = useMemo(() => columnsOf(id, records), [id, records])
  return (
    <Card title="Records" flush>
      <div className="evaluation-tools">
        <TextInput
          aria-label="Find records"
          placeholder="Words of any part of a record"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      {read.isError ? (
        <ErrorState error={read.error} retry={() => void read.refetch()} />
      ) : read.data === undefined ? (
        <Skeleton lines={8} />
      ) : records.length === 0 ? (
        <p className="muted evaluation-none">
          {asked === ''
            ? 'It has no records yet; merge_records of MLflow’s client brings them.'
            : 'No record has these words.'}
        </p>
      ) : (
        <DataTable
          label={`Records of ${dataset.name}`}
          rows={records}
          columns={columns}
          rowId={(each) => each.id}
          href={(each) => paths.evaluationDataset(id, { record: each.id })}
          onEnd={read.hasNextPage ? () => void read.fetchNextPage() : undefined}
        />
      )}
      {search.record !== undefined && (
        <RecordDialog
          dataset={id}
          record={search.record}
          onClose={() => change({ record: undefined })}
        />
      )}
    </Card>
  )
}

/** What no record has is no column. */
function columnsOf(
  dataset: string,
  records: readonly EvaluationRecord[],
): readonly Column<EvaluationRecord>[] {
  return [
    {
      id: 'inputs',
      header: 'Asks',
      value: (each) => fieldsText(each.inputs),
      cell: (each) => (
        <Link
          className="evaluation-beginning"
          href={paths.evaluationDataset(dataset, { record: each.id })}
        >
          {fieldsText(each.inputs) || 'nothing'}
        </Link>
      ),
      pinned: true,
    },
    ...(
      [
        ['expectations', 'Expects'],
        ['outputs', 'Answered'],
      ] as const
    ).flatMap(([part, header]) =>
      records.some((each) => each[part] !== undefined) ? [partColumn(part, header)] : [],
    ),
    ...(records.some((each) => ownFields(each.tags).length > 0) ? [tagColumn] : []),
    sourceColumn,
  ]
}

function partColumn(part: 'expectations' | 'outputs', header: string): Column<EvaluationRecord> {
  const textOf = (each: EvaluationRecord) => fieldsText(each[part])
  return {
    id: part,
    header,
    value: textOf,
    cell: (each) => <span className="evaluation-beginning">{textOf(each) || '—'}</span>,
  }
}

const tagColumn: Column<EvaluationRecord> = {
  id: 'tags',
  header: 'Tags',
  value: (each) => fieldsText(Object.fromEntries(ownFields(each.tags))),
  cell: (each) => (
    <span className="line">
      {ownFields(each.tags)
        .slice(0, 3)
        .map(([key, value]) => (
          <span key={key} className="tag cut-tag">
            {key}: {fieldsText(value)}
          </span>
        ))}
    </span>
  ),
}

const sourceColumn: Column<EvaluationRecord> = {
  id: 'source',
  header: 'Came from',
  value: (each) => sourceWord(each),
  cell: (each) =>
    each.trace === undefined ? (
      sourceWord(each)
    ) : (
      <Link href={paths.trace(each.trace)}>{sourceWord(each)}</Link>
    ),
}
