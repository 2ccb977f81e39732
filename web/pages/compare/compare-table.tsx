import type { ReactNode } from 'react'
import type { Run } from '#contract'
import { Card } from '../../design/card.tsx'
import { formatDuration, formatTime } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { NumberText } from '../../design/number-text.tsx'
import { paths } from '../../app/paths.ts'
import { Swatch } from '../charts/swatch.tsx'
import type { RunRows } from '../charts/use-run-rows.ts'
import { runDuration } from '../runs/run-status.ts'
import { comparisonOf, type ComparisonRow } from './comparison.ts'

interface CompareTableProps {
  readonly runs: readonly Run[]
  readonly known: RunRows
  /** Only what differs. */
  readonly differences: boolean
  readonly text: string
}

/** Runs side by side, one column a run; the best value of a metric is marked. */
export function CompareTable({ runs, known, differences, text }: CompareTableProps): ReactNode {
  const part = text.toLowerCase()
  const looks = new Map(known.rows.map(({ id, row }) => [id, known.looks.get(row)]))
  const groups = comparisonOf(runs, known.rows).map((group) => ({
    ...group,
    shown: group.rows.filter(
      (row) => (row.differs || !differences) && row.name.toLowerCase().includes(part),
    ),
  }))
  return (
    <Card flush>
      <div
        className="grid-scroll compare-scroll"
        tabIndex={0}
        role="region"
        aria-label="Comparison"
      >
        <table className="grid compare">
          <thead>
            <tr>
              <th scope="col" className="pinned">
                <span className="unseen">What</span>
              </th>
              {runs.map((run) => (
                <th key={run.id} scope="col">
                  <Swatch look={looks.get(run.id)} />
                  <Link href={paths.run(run.id)}>{run.name}</Link>
                  <div className="muted">{formatTime(run.startedAt)}</div>
                </th>
              ))}
            </tr>
          </thead>
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
          {groups.map(({ title, rows, shown }) => (
            <tbody key={title}>
              <tr>
                <th scope="rowgroup" colSpan={runs.length + 1} className="group pinned">
                  {title}
                  {shown.length < rows.length && (
                    <small className="muted">
                      {' '}
                      {shown.length === 0 && part === ''
                        ? 'the same in all'
                        : `${shown.length} of ${rows.length}`}
                    </small>
                  )}
                </th>
              </tr>
              {shown.map((row) => (
                <CompareRow key={row.name} row={row} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </Card>
  )
}

function CompareRow({ row }: { row: ComparisonRow }): ReactNode {
  return (
    <tr>
      <th scope="row" className="pinned" title={row.name}>
        {row.name}
      </th>
      {row.values.map((value, index) => (
        <td key={index} className={row.differs ? 'differs' : undefined} title={String(value ?? '')}>
          {typeof value === 'number' ? <NumberText value={value} /> : (value ?? '—')}
          {row.best?.run === index && <span className="tag sand best">{row.best.end}</span>}
        </td>
      ))}
    </tr>
  )
}
