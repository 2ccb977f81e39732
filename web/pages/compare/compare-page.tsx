import { Switch, TextInput } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { lazy, Suspense, type ReactNode } from 'react'
import { operations, readRun, TidemillError } from '#contract'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { plural } from '../../design/format.ts'
import { Page } from '../../design/page.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { useCaller } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useSearchState } from '../../app/search-state.ts'
import { useRunRows } from '../charts/use-run-rows.ts'
import { CompareTable } from './compare-table.tsx'
import { RunDifferences } from './run-differences.tsx'
import './compare.css'

const CompareCharts = lazy(async () => ({
  default: (await import('./compare-charts.tsx')).CompareCharts,
}))

const most = 50

/** Runs side by side: what they were given and what came out, and charts of them. */
export function ComparePage(): ReactNode {
  const caller = useCaller()
  const [search, setSearch] = useSearchState()
  const asked = [...new Set((search.runs ?? '').split(',').filter((id) => id !== ''))]
  const first = asked.slice(0, most)
  const reads = useQueries({
    queries: first.map((run) => ({
      queryKey: ['runs', 'runs.get', { run, files: false }],
      queryFn: () => caller.call(operations.runs.get, { run, files: false }),
    })),
  })
  // A link outlives its runs: those that are left are compared.
  const gone = first.filter((_, index) => isGone(reads[index]?.error))
  const ids = first.filter((run) => !gone.includes(run))
  const known = useRunRows(ids)
  const failed = [...reads, known.read].find(
    ({ error }) => error !== null && (ids.length === 0 || !isGone(error)),
  )
  const runs = reads.flatMap(({ data }) => (data === undefined ? [] : readRun(data)))
  const differences = search.all === undefined
  const [from, to, ...others] = ids
  const isPair = from !== undefined && to !== undefined && others.length === 0
  return (
    <Page
      title={`Compare ${plural(ids.length, 'run')}`}
      crumbs={[{ name: 'Runs', href: paths.runs }]}
      intro={notesOf(asked.length, gone)}
    >
      {failed !== undefined ? (
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
      ) : ids.length === 0 ? (
        <EmptyState icon="runs" title="No runs chosen">
          Choose two or more in the table of an experiment, then Compare.
        </EmptyState>
      ) : runs.length < ids.length || known.read.data === undefined ? (
        <Skeleton lines={10} />
      ) : (
        <Tabs
          label="Comparison"
          selected={search.tab}
          onSelect={(tab) => setSearch({ tab: tab === 'table' ? undefined : tab })}
          tabs={[
            {
              id: 'table',
              name: 'Side by side',
              render: () => (
                <div className="stack wide">
                  <div className="line">
                    <TextInput
                      size="xs"
                      className="grow compare-find"
                      aria-label="Find a row"
                      placeholder="Find a parameter, metric or tag"
                      value={search.find ?? ''}
                      onChange={(event) => setSearch({ find: event.currentTarget.value })}
                    />
                    <Switch
                      label="Only differences"
                      checked={differences}
                      onChange={() => setSearch({ all: differences ? '1' : undefined })}
                    />
                  </div>
                  <CompareTable
                    runs={runs}
                    known={known}
                    differences={differences}
                    text={search.find ?? ''}
                  />
                </div>
              ),
            },
            ...(isPair
              ? [
                  {
                    id: 'why',
                    name: 'Why they differ',
                    render: () => <RunDifferences from={from} to={to} />,
                  },
                ]
              : []),
            {
              id: 'charts',
              name: 'Charts',
              render: () => (
                <Suspense fallback={<Skeleton lines={8} label="Loading the charts" />}>
                  <CompareCharts runs={runs} known={known} />
                </Suspense>
              ),
            },
          ]}
        />
      )}
    </Page>
  )
}

function isGone(error: Error | null | undefined): boolean {
  return error instanceof TidemillError && error.code === 'not_found'
}

/** What of the runs that were asked for is not compared. */
function notesOf(asked: number, gone: readonly string[]): string | undefined {
  const notes = [
    ...(asked > most ? [`The first ${most} of ${asked}: more columns are no comparison.`] : []),
    ...(gone.length > 0
      ? [`Without ${plural(gone.length, 'run')} not here any more: ${gone.join(', ')}.`]
      : []),
  ]
  return notes.length === 0 ? undefined : notes.join(' ')
}
