import type { ReactNode } from 'react'
import { formatNumber, formatPercent } from '../../design/format.ts'
import { csvOf } from './figure.ts'
import { Nothing } from './nothing.tsx'
import type { PanelProps } from './panel.ts'
import { useChartRuns, valueOf } from './use-chart-data.ts'

const mostMetrics = 60

/** Metrics of the runs shown as differences to one of them: the one named, else the first. */
export function DifferencePanel({ table, spec, height, figure }: PanelProps): ReactNode {
  const keys = table.keys.metrics.slice(0, mostMetrics).map((key) => `metrics.${key}`)
  const { runs } = useChartRuns(table, keys, 'shown')
  const base = runs.find(({ run }) => run.id === spec.x) ?? runs[0]
  const others = runs.filter((run) => run !== base)
  const rows = keys.flatMap((key) => {
    const from = base === undefined ? undefined : valueOf(base, key)
    if (from === undefined) return []
    return [
      { key: key.replace(/^metrics\./, ''), from, to: others.map((run) => valueOf(run, key)) },
    ]
  })
  figure.current = {
    csv: () =>
      csvOf(
        ['metric', base?.run.name, ...others.map(({ run }) => run.name)].map((each) => each ?? ''),
        rows.map(({ key, from, to }) => [key, from, ...to]),
      ),
  }
  if (base === undefined || others.length === 0) {
    return <Nothing>Show two runs or more to see how they differ.</Nothing>
  }
  return (
    <div
      className="grid-scroll"
      style={{ maxHeight: height, overflowY: 'auto' }}
      tabIndex={0}
      role="region"
      aria-label={`Differences to ${base.run.name}`}
    >
      <table className="grid">
        <thead>
          <tr>
            <th scope="col" className="pinned">
              Metric
            </th>
            <th scope="col" className="numeric">
              {base.run.name} <span className="tag">base</span>
            </th>
            {others.map(({ run }) => (
              <th key={run.row} scope="col" className="numeric">
                {run.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, from, to }) => (
            <tr key={key}>
              <th scope="row" className="pinned">
                {key}
              </th>
              <td className="numeric">{formatNumber(from)}</td>
              {to.map((value, index) => (
                <td key={others[index]?.run.row} className="numeric">
                  {value === undefined ? '—' : <Change from={from} to={value} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Change({ from, to }: { from: number; to: number }): ReactNode {
  const by = to - from
  if (by === 0) return <span className="muted">the same</span>
  const share = from === 0 ? '' : ` (${formatPercent(Math.abs(by / from))})`
  return (
    <span title={formatNumber(to, 6)}>
      {by > 0 ? '▲ +' : '▼ −'}
      {formatNumber(Math.abs(by), 3)}
      <small className="muted">{share}</small>
    </span>
  )
}
