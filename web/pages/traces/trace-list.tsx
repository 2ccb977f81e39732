import { NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { operations, type InputOf } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { useCaller } from '../../app/api.tsx'
import { isFilter } from '../../app/is-filter.ts'
import { paths } from '../../app/paths.ts'
import { traceColumns } from './trace-columns.tsx'
import './traces.css'

interface TraceListProps {
  readonly experiment?: string | undefined
  readonly run?: string
}

const states = [
  { value: '', label: 'Any state' },
  { value: 'ok', label: 'OK' },
  { value: 'error', label: 'Error' },
  { value: 'in_progress', label: 'In progress' },
]

type State = NonNullable<InputOf<typeof operations.traces.search>['state']>

/** Traces of an experiment, of a run, or all: by words, by a filter, by state. */
export function TraceList({ experiment, run }: TraceListProps): ReactNode {
  const caller = useCaller()
  const [text, setText] = useState('')
  const [state, setState] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 250)
  const input = {
    limit: 200,
    ...(experiment === undefined ? {} : { experiment }),
    ...(run === undefined ? {} : { run }),
    ...(state === '' ? {} : { state: state as State }),
    ...(asked === '' ? {} : isFilter(asked) ? { filter: asked } : { text: asked }),
  }
  const read = useInfiniteQuery({
    queryKey: ['traces', 'traces.search', input],
    queryFn: ({ pageParam }) =>
      caller.call(operations.traces.search, {
        ...input,
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: (before) => before,
  })
  const traces = read.data?.pages.flatMap((page) => page.traces) ?? []
  const columns = traceColumns(traces, setText)
  const isPlain = asked === '' && state === ''
  if (isPlain && read.data !== undefined && traces.length === 0) return <NoTraces />
  return (
    <div className="stack">
      <div className="line">
        <TextInput
          className="grow trace-search"
          aria-label="Find traces"
          placeholder="Words of the request or the answer, or a filter: execution_time > 1000"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <NativeSelect
          aria-label="State"
          data={states}
          value={state}
          onChange={(event) => setState(event.currentTarget.value)}
        />
      </div>
      {read.isError ? (
        <ErrorState error={read.error} retry={() => void read.refetch()} />
      ) : read.data === undefined ? (
        <Skeleton lines={8} />
      ) : traces.length === 0 ? (
        <p className="muted">No trace is so.</p>
      ) : (
        <Card flush>
          <DataTable
            label="Traces"
            rows={traces}
            columns={columns.filter((each) => run === undefined || each.id !== 'run')}
            rowId={(each) => each.id}
            href={(each) => paths.trace(each.id)}
            onEnd={read.hasNextPage ? () => void read.fetchNextPage() : undefined}
          />
        </Card>
      )}
    </div>
  )
}

function NoTraces(): ReactNode {
  return (
    <EmptyState icon="trace" title="No traces yet">
      A trace is what an application did for one request, step by step. MLflow’s tracing and any
      OpenTelemetry exporter send them: to this address, with <code>/v1/traces</code> behind it for
      OpenTelemetry.
    </EmptyState>
  )
}
