import { Fragment, useState, type ReactNode } from 'react'
import type { ColumnDrift } from '#contract'
import { BarChart } from '../../design/bar-chart.tsx'
import { formatNumber, formatP, formatPercent } from '../../design/format.ts'
import { Histogram } from '../../design/histogram.tsx'
import { Icon } from '../../design/icons.tsx'
import { Legend } from '../../design/legend.tsx'
import { StatusPill } from '../../design/status-pill.tsx'

/** Every column: the test, what it found, the decision, and the peer's beside it; a row opens to its distributions. */
export function ColumnTable({ columns }: { columns: readonly ColumnDrift[] }): ReactNode {
  const ordered = [...columns].sort((a, b) => a.pValue / a.threshold - b.pValue / b.threshold)
  const [open, setOpen] = useState<string | undefined>(ordered.find((each) => each.drifted)?.column)
  return (
    <div className="grid-scroll" tabIndex={0} role="region" aria-label="Columns of the report">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col" className="pinned">
              Column
            </th>
            <th scope="col">Now and before</th>
            <th scope="col">Decision</th>
            <th scope="col" className="numeric">
              p
            </th>
            <th scope="col" className="numeric">
              Threshold
            </th>
            <th scope="col" className="numeric">
              Effect
            </th>
            <th scope="col">Test</th>
            <th scope="col">Peer’s decision</th>
          </tr>
        </thead>
        <tbody>
          {ordered.map((each) => (
            <Fragment key={each.column}>
              <ColumnRow
                drift={each}
                open={open === each.column}
                onToggle={() => setOpen(open === each.column ? undefined : each.column)}
              />
              {open === each.column && (
                <tr>
                  <td colSpan={8} className="wrap">
                    <Distributions drift={each} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ColumnRow({ drift, open, onToggle }: ColumnRowProps): ReactNode {
  const { column, peer, reference, current } = drift
  return (
    <tr>
      <td className="pinned">
        <button
          type="button"
          className="text-button nowrap"
          aria-expanded={open}
          onClick={onToggle}
        >
          <Icon name={open ? 'down' : 'chevron'} size={12} />
          {column}
        </button>
      </td>
      <td>
        <div className="spark">
          {reference !== undefined && current !== undefined ? (
            <Histogram label={column} bins={reference} current={current} height={26} small />
          ) : (
            <span className="muted small">{drift.categories?.length ?? 0} values</span>
          )}
        </div>
      </td>
      <td>
        <StatusPill
          health={drift.drifted ? 'attention' : 'good'}
          word={drift.drifted ? 'drifted' : 'steady'}
        />
      </td>
      <td className="numeric">{formatP(drift.pValue)}</td>
      <td className="numeric">{formatNumber(drift.threshold, 2)}</td>
      <td className="numeric">{formatNumber(drift.effect, 3)}</td>
      <td className="small">{drift.test}</td>
      <td>
        {peer.drifted ? 'drifted' : 'not drifted'}{' '}
        <span className="muted small">
          ({formatNumber(peer.score, 3)} / {formatNumber(peer.threshold)})
        </span>
      </td>
    </tr>
  )
}

interface ColumnRowProps {
  readonly drift: ColumnDrift
  readonly open: boolean
  readonly onToggle: () => void
}

function Distributions({ drift }: { drift: ColumnDrift }): ReactNode {
  const { column, reference, current, categories, missingReference, missingCurrent } = drift
  return (
    <div className="distributions">
      {reference !== undefined && current !== undefined && (
        <Histogram label={column} bins={reference} current={current} height={150} />
      )}
      {categories !== undefined && (
        <BarChart
          label={`Shares of ${column}, before and now`}
          format={formatPercent}
          bars={categories.slice(0, 12).map((each) => ({
            key: each.value,
            name: each.value,
            value: each.reference,
            second: each.current,
          }))}
        />
      )}
      <div className="stack">
        <Legend />
        <p className="small">
          Statistic {formatNumber(drift.statistic, 3)} <span className="muted">{drift.test}</span>
        </p>
        <p className="small">
          {drift.peer.name}: {formatNumber(drift.peer.score, 3)}{' '}
          <span className="muted">by {drift.peer.test}</span>
        </p>
        <p className="small">
          Effect {formatNumber(drift.effect, 3)}{' '}
          <span className="muted">
            {drift.kind === 'numeric'
              ? 'standard deviations of the reference'
              : 'in total variation'}
          </span>
        </p>
        <p className="small">
          Missing: {formatPercent(missingReference)} before, {formatPercent(missingCurrent)} now
        </p>
      </div>
    </div>
  )
}
