import { Switch } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { operations, type Run } from '#contract'
import { Card } from '../../design/card.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatDuration, formatNumber, formatTime, plural } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { useCaller } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useSearchState } from '../../app/search-state.ts'
import { comparisonOf, type ComparisonRow } from './comparison.ts'
import { runDuration } from './run-status.ts'
import './runs.css'

/** Runs side by side, one column a run. */
export function ComparePage(): ReactNode {
  const caller = useCaller()
  const [search, setSearch] = useSearchState()
  const ids = (search.runs ?? '').split(',').filter((id) => id !== '')
  const reads = useQueries({
    queries: ids.map((run) => ({
      queryKey: ['runs', 'runs.get', { run }],
      queryFn: () => caller.call(operations.runs.get, { run }),
    })),
  })
  const failed = reads.find((each) => each.isError)
  const runs = reads.flatMap((each) => each.data?.run ?? [])
  const differences = search.all === undefined
  return (
    <Page
      title={`Compare ${plural(ids.length, 'run')}`}
      crumbs={[{ name: 'Runs', href: paths.runs }]}
      actions={
        <>
          <Switch
            label="Only differences"
            checked={differences}
            onChange={() => setSearch({ all: differences ? '1' : undefined })}
          />
          {ids.length === 2 && (
            <Link
              href={paths.pipelineTab('attribution', {
                from: `run:${ids[0]}`,
                to: `run:${ids[1]}`,
              })}
            >
              Why do they differ?
            </Link>
          )}
        </>
      }
    >
      {failed !== undefined ? (
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
      ) : ids.length === 0 ? (
        <EmptyState icon="runs" title="No runs chosen">
          Choose two or more in the table of an experiment, then Compare.
        </EmptyState>
      ) : runs.length < ids.length ? (
        <Skeleton lines={10} />
      ) : (
        <Comparison runs={runs} differences={differences} />
      )}
    </Page>
  )
}

function Comparison({ runs, differences }: ComparisonProps): ReactNode {
  const groups = comparisonOf(runs)
  return (
    <Card flush>
      <div className="grid-scroll" tabIndex={0} role="region" aria-label="Comparison">
        <table className="grid compare">
          <thead>
            <tr>
              <th scope="col" className="pinned">
                <span className="unseen">What</span>
              </th>
              {runs.map((run) => (
                <th key={run.id} scope="col">
                  <Link href={paths.run(run.id)}>{run.name}</Link>
                  <div className="muted">{formatTime(run.startedAt)}</div>
                </th>
              ))}
            </tr>
          </thead>
          {groups.map((group) => {
            const rows = group.rows.filter((row) => row.differs || !differences)
            return (
              <tbody key={group.title}>
                <tr>
                  <th scope="rowgroup" colSpan={runs.length + 1} className="group pinned">
                    {group.title}
                  </th>
                </tr>
                {rows.length === 0 && (
                  <tr>
                    <td colSpan={runs.length + 1} className="muted">
                      The same in all.
                    </td>
                  </tr>
                )}
                {rows.map((row) => (
                  <CompareRow key={row.name} row={row} />
                ))}
              </tbody>
            )
          })}
          <tbody>
            <tr>
              <th scope="row" className="pinned">
                Took
              </th>
              {runs.map((run) => (
                <td key={run.id}>{formatDuration(runDuration(run))}</td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
    </Card>
  )
}

interface ComparisonProps {
  readonly runs: readonly Run[]
  readonly differences: boolean
}

function CompareRow({ row }: { row: ComparisonRow }): ReactNode {
  return (
    <tr>
      <th scope="row" className="pinned">
        {row.name}
      </th>
      {row.values.map((value, index) => (
        <td key={index} className={row.differs ? 'differs' : undefined}>
          {typeof value === 'number' ? formatNumber(value) : (value ?? '—')}
          {row.best === index && <span className="tag sand"> highest</span>}
        </td>
      ))}
    </tr>
  )
}
