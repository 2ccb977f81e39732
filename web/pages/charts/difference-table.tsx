import type { ReactNode } from 'react'
import { exactNumber, formatNumber, formatPercent } from '../../design/format.ts'
import { NumberText } from '../../design/number-text.tsx'
import { csvOf } from './figure.ts'
import { Nothing } from './nothing.tsx'
import type { PanelProps } from './panel.ts'

/** A run, or a group of runs by its means. */
export interface Compared {
  readonly id: string
  readonly name: string
  /** In the order of the metrics. */
  readonly values: readonly (number | undefined)[]
}

interface DifferenceTableProps extends Pick<PanelProps, 'spec' | 'height' | 'figure'> {
  readonly metrics: readonly string[]
  readonly all: readonly Compared[]
  readonly kind: 'run' | 'group'
}

/** Each metric as differences to one of them: the one named, else the first. */
export function DifferenceTable(props: DifferenceTableProps): ReactNode {
  const { metrics, all, kind, spec, height, figure } = props
  const base = all.find(({ id }) => id === spec.x) ?? all[0]
  const others = all.filter((each) => each !== base)
  const rows = metrics.flatMap((key, at) => {
    const from = base?.values[at]
    return from === undefined ? [] : [{ key, from, to: others.map(({ values }) => values[at]) }]
  })
  const of = kind === 'group' ? ' mean' : ''
  figure.current = {
    csv: () =>
      csvOf(
        ['metric', ...[base, ...others].map((each) => (each ? `${each.name}${of}` : ''))],
        rows.map(({ key, from, to }) => [key, from, ...to]),
      ),
  }
  if (base === undefined || others.length === 0) {
    return <Nothing>Show two {kind}s or more to see how they differ.</Nothing>
  }
  return (
    <div
      className="grid-scroll difference-table"
      style={{ maxHeight: height, overflowY: 'auto' }}
      tabIndex={0}
      role="region"
      aria-label={`Differences to ${base.name}`}
    >
      <table className="grid">
        <thead>
          <tr>
            <th scope="col" className="pinned">
              Metric{kind === 'group' && <span className="muted">, mean</span>}
            </th>
            <th scope="col" className="numeric">
              {base.name} <span className="tag">base</span>
            </th>
            {others.map(({ id, name }) => (
              <th key={id} scope="col" className="numeric">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, from, to }) => (
            <tr key={key}>
              <th scope="row" className="pinned" title={key}>
                {key}
              </th>
              <td className="numeric">
                <NumberText value={from} />
              </td>
              {to.map((value, index) => (
                <td key={others[index]?.id} className="numeric">
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
    <span title={exactNumber(to)}>
      {by > 0 ? '▲ +' : '▼ −'}
      {formatNumber(Math.abs(by), 3)}
      <small className="muted">{share}</small>
    </span>
  )
}
