import type { ReactNode } from 'react'
import type { AttributionCause, AttributionMetric } from '#contract'
import { formatNumber, formatPercent } from '../../design/format.ts'

interface ShareBarsProps {
  readonly metric: AttributionMetric
  readonly causes: ReadonlyMap<string, AttributionCause>
}

/** A bar a cause from where the metric was to where it came, the largest first, with the interval where there is one. */
export function ShareBars({ metric, causes }: ShareBarsProps): ReactNode {
  const shares = [...metric.shares].sort((a, b) => Math.abs(b.share) - Math.abs(a.share))
  const ends = shares.flatMap((each) => [each.share, each.low ?? 0, each.high ?? 0])
  const low = Math.min(0, ...ends)
  const high = Math.max(0, ...ends)
  const span = high - low || 1
  const at = (value: number) => ((value - low) / span) * 100
  return (
    <ul className="share-bars" aria-label={`Shares of ${metric.key}`}>
      {shares.map(({ cause, share, low: from, high: to }) => {
        const known = causes.get(cause)
        const part = metric.change === 0 ? undefined : share / metric.change
        return (
          <li key={cause}>
            <span className="share-name" title={known?.title ?? cause}>
              <span className={`cause-dot ${known?.kind ?? ''}`} aria-hidden="true" />
              {known?.title ?? cause}
            </span>
            <span className="share-track" aria-hidden="true">
              <i className="share-zero" style={{ left: `${at(0)}%` }} />
              <span
                className={`share-bar ${known?.kind ?? ''}`}
                style={{
                  left: `${Math.min(at(0), at(share))}%`,
                  width: `${Math.abs(at(share) - at(0))}%`,
                }}
              />
              {from !== undefined && to !== undefined && (
                <span
                  className="share-range"
                  style={{ left: `${at(from)}%`, width: `${at(to) - at(from)}%` }}
                />
              )}
            </span>
            <span className="share-value">
              {signed(share)}
              <span className="muted small">
                {part === undefined ? '' : ` ${formatPercent(part)}`}
                {from !== undefined && to !== undefined && ` (${signed(from)} … ${signed(to)})`}
              </span>
            </span>
          </li>
        )
      })}
    </ul>
  )
}

export function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${formatNumber(value)}`
}
