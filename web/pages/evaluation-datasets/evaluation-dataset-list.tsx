import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { operations, type EvaluationDataset } from '#contract'
import { Card } from '../../design/card.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatCount } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { When } from '../../design/when.tsx'
import { useCaller } from '../../app/api.tsx'
import { isFilter } from '../../app/is-filter.ts'
import { paths } from '../../app/paths.ts'
import { serverAddress } from '../../app/place.ts'
import { ownFields } from './fields-text.ts'
import './evaluation-datasets.css'

interface EvaluationDatasetListProps {
  /** All there are unless said. */
  readonly experiment?: { readonly id: string; readonly name: string } | undefined
}

/** Evaluation data sets of an experiment, or all, by words of the name or a filter. */
export function EvaluationDatasetList({ experiment }: EvaluationDatasetListProps): ReactNode {
  const caller = useCaller()
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 250)
  const input = {
    limit: 200,
    ...(experiment === undefined ? {} : { experiment: experiment.name }),
    ...(asked === '' ? {} : isFilter(asked) ? { filter: asked } : { text: asked }),
  }
  const read = useInfiniteQuery({
    queryKey: ['evaluationDatasets', 'evaluationDatasets.search', input],
    queryFn: ({ pageParam }) =>
      caller.call(operations.evaluationDatasets.search, {
        ...input,
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: (before) => before,
  })
  const datasets = read.data?.pages.flatMap((page) => page.datasets) ?? []
  if (asked === '' && read.data !== undefined && datasets.length === 0) {
    return <NoDatasets experiment={experiment?.id ?? '0'} />
  }
  return (
    <div className="stack">
      <TextInput
        className="evaluation-search"
        aria-label="Find evaluation data sets"
        placeholder="Words of the name, or a filter: tags.lang = 'en'"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {read.isError ? (
        <ErrorState error={read.error} retry={() => void read.refetch()} />
      ) : read.data === undefined ? (
        <Skeleton lines={8} />
      ) : datasets.length === 0 ? (
        <p className="muted">No evaluation data set is so.</p>
      ) : (
        <Card flush>
          <DataTable
            label="Evaluation data sets"
            rows={datasets}
            columns={
              experiment === undefined ? [...columns, experimentColumn, tagColumn] : ofOneExperiment
            }
            rowId={(each) => each.id}
            href={(each) => paths.evaluationDataset(each.id)}
            onEnd={read.hasNextPage ? () => void read.fetchNextPage() : undefined}
          />
        </Card>
      )}
    </div>
  )
}

const columns: readonly Column<EvaluationDataset>[] = [
  {
    id: 'name',
    header: 'Data set',
    value: (each) => each.name,
    cell: (each) => <Link href={paths.evaluationDataset(each.id)}>{each.name}</Link>,
    pinned: true,
  },
  {
    id: 'records',
    header: 'Records',
    value: (each) => each.records,
    cell: (each) => formatCount(each.records),
    numeric: true,
  },
  {
    id: 'updated',
    header: 'Changed',
    value: (each) => each.updatedAt,
    cell: (each) => <When time={each.updatedAt} />,
  },
  {
    id: 'created',
    header: 'Created',
    value: (each) => each.createdAt,
    cell: (each) => <When time={each.createdAt} />,
  },
  { id: 'by', header: 'Created by', value: (each) => each.createdBy },
]

const experimentColumn: Column<EvaluationDataset> = {
  id: 'experiments',
  header: 'Experiments',
  value: (each) => each.experiments.map(({ name }) => name).join(', '),
  cell: (each) =>
    each.experiments.length === 0 ? (
      <span className="muted">—</span>
    ) : (
      <span className="line">
        {each.experiments.slice(0, 3).map(({ id, name }) => (
          <Link key={id} href={paths.experiment(name, { mode: 'datasets' })}>
            {name}
          </Link>
        ))}
        {each.experiments.length > 3 && (
          <span className="muted">+{each.experiments.length - 3}</span>
        )}
      </span>
    ),
}

const tagColumn: Column<EvaluationDataset> = {
  id: 'tags',
  header: 'Tags',
  value: (each) =>
    ownFields(each.tags)
      .map((tag) => tag.join(': '))
      .join(' '),
  cell: (each) => (
    <span className="line">
      {ownFields(each.tags)
        .slice(0, 3)
        .map(([key, value]) => (
          <span key={key} className="tag cut-tag" title={`${key}: ${String(value)}`}>
            {key}: {String(value)}
          </span>
        ))}
    </span>
  ),
}

const ofOneExperiment = [...columns, tagColumn]

function NoDatasets({ experiment }: { experiment: string }): ReactNode {
  return (
    <div className="stack wide">
      <EmptyState icon="data" title="No evaluation data sets yet">
        One holds questions, each with what a good answer has, by which versions of an application
        are judged. MLflow’s client makes them, from lists, frames and traces.
      </EmptyState>
      <CodeBlock
        label="how one is made"
        code={[
          'import mlflow',
          'from mlflow.genai.datasets import create_dataset',
          '',
          `mlflow.set_tracking_uri("${serverAddress}")`,
          `dataset = create_dataset(name="questions", experiment_id="${experiment}")`,
          'dataset.merge_records([',
          '    {"inputs": {"question": "Which bikes are free?"}, "expectations": {"answer": "Those at night."}},',
          '])',
        ].join('\n')}
      />
    </div>
  )
}
