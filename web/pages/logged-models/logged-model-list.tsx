import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState, type ReactNode } from 'react'
import { measuredNumber, operations, type LoggedModel } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { shortDigest } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { NumberText } from '../../design/number-text.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { useCaller } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { loggedModelHealth, metricName } from './logged-model-state.ts'

interface LoggedModelListProps {
  readonly experiment?: string | undefined
  /** What it is filtered by at first. */
  readonly filter?: string | undefined
}

/** Logged models of an experiment, or all, with what was measured on each. */
export function LoggedModelList({ experiment, filter = '' }: LoggedModelListProps): ReactNode {
  const caller = useCaller()
  const [text, setText] = useState(filter)
  const [asked] = useDebouncedValue(text.trim(), 300)
  const input = {
    limit: 200,
    ...(experiment === undefined ? {} : { experiment }),
    ...(asked === '' ? {} : { filter: asked }),
  }
  const read = useInfiniteQuery({
    queryKey: ['loggedModels', 'loggedModels.search', input],
    queryFn: ({ pageParam }) =>
      caller.call(operations.loggedModels.search, {
        ...input,
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: (before) => before,
  })
  const models = useMemo(() => read.data?.pages.flatMap((page) => page.models) ?? [], [read.data])
  const columns = useMemo(() => columnsOf(models, experiment !== undefined), [models, experiment])
  if (asked === '' && read.data !== undefined && models.length === 0) {
    return (
      <EmptyState icon="model" title="No models logged yet">
        MLflow’s clients log one with each <code>log_model</code>, and autologging does it by
        itself. It stands here with its files, parameters and what was measured on it.
      </EmptyState>
    )
  }
  return (
    <div className="stack">
      <TextInput
        aria-label="Filter logged models"
        placeholder="A filter: metrics.accuracy > 0.9 AND params.depth = '3'"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {read.isError ? (
        <ErrorState error={read.error} retry={() => void read.refetch()} />
      ) : read.data === undefined ? (
        <Skeleton lines={8} />
      ) : models.length === 0 ? (
        <p className="muted">No model is so.</p>
      ) : (
        <Card flush>
          <DataTable
            label="Logged models"
            rows={models}
            columns={columns}
            rowId={(each) => each.id}
            href={(each) => paths.loggedModel(each.id)}
            onEnd={read.hasNextPage ? () => void read.fetchNextPage() : undefined}
          />
        </Card>
      )}
    </div>
  )
}

/** More metrics than these make a table that nobody reads. */
const mostMetrics = 8

function columnsOf(models: readonly LoggedModel[], ofOne: boolean): readonly Column<LoggedModel>[] {
  const keys = [...new Set(models.flatMap((each) => each.metrics.map(metricName)))]
  return [
    {
      id: 'name',
      header: 'Model',
      value: (each) => each.name,
      cell: (each) => <Link href={paths.loggedModel(each.id)}>{each.name}</Link>,
      pinned: true,
    },
    {
      id: 'status',
      header: 'State',
      value: (each) => each.status,
      cell: (each) => <StatusPill health={loggedModelHealth[each.status]} word={each.status} />,
    },
    { id: 'type', header: 'Kind', value: (each) => each.type },
    {
      id: 'created',
      header: 'Logged',
      value: (each) => each.createdAt,
      cell: (each) => <When time={each.createdAt} />,
    },
    {
      id: 'run',
      header: 'Run',
      value: (each) => each.runName ?? each.run,
      cell: (each) =>
        each.run === undefined ? (
          '—'
        ) : (
          <Link href={paths.run(each.run)}>{each.runName ?? shortDigest(each.run)}</Link>
        ),
    },
    ...(ofOne
      ? []
      : [
          {
            id: 'experiment',
            header: 'Experiment',
            value: (each: LoggedModel) => each.experiment,
            cell: (each: LoggedModel) => (
              <Link href={paths.experiment(each.experiment)}>{each.experiment}</Link>
            ),
          },
        ]),
    ...keys.slice(0, mostMetrics).map((key): Column<LoggedModel> => {
      const valueOf = (each: LoggedModel) =>
        measuredNumber(each.metrics.find((metric) => metricName(metric) === key)?.value)
      return {
        id: `metric ${key}`,
        header: key,
        value: valueOf,
        cell: (each) => <NumberText value={valueOf(each)} digits={5} />,
        numeric: true,
      }
    }),
  ]
}
