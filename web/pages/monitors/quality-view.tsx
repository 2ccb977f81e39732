import type { ReactNode } from 'react'
import type { DriftReport } from '#contract'
import { formatCount, formatNumber } from '../../design/format.ts'

type Quality = NonNullable<DriftReport['qualityCurrent']>
type Estimate = Quality['metrics'][string]

interface QualityViewProps {
  readonly before: Quality | undefined
  readonly after: Quality | undefined
}

/** Each metric before and now, with intervals on one scale. */
export function QualityView({ before, after }: QualityViewProps): ReactNode {
  const names = [
    ...new Set([...Object.keys(before?.metrics ?? {}), ...Object.keys(after?.metrics ?? {})]),
  ]
  return (
    <div className="stack">
      <p className="muted small">
        {before !== undefined && `${formatCount(before.rows)} rows at training`}
        {before !== undefined && after !== undefined && ', '}
        {after !== undefined && `${formatCount(after.rows)} labels since the last look`}. Bars are
        95% intervals.
      </p>
      <ul className="quality">
        {names.map((name) => {
          const scale = scaleOf([before?.metrics[name], after?.metrics[name]])
          return (
            <li key={name}>
              <strong>{name}</strong>
              <div className="quality-lines">
                <Interval name="training" estimate={before?.metrics[name]} scale={scale} />
                <Interval name="window" estimate={after?.metrics[name]} scale={scale} current />
              </div>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

type Scale = readonly [low: number, high: number]

/** Zero to one for what lies there, else room for all intervals. */
function scaleOf(estimates: readonly (Estimate | undefined)[]): Scale {
  const ends = estimates.flatMap((each) => (each === undefined ? [] : [each.low, each.high]))
  const low = Math.min(0, ...ends)
  const high = Math.max(...ends, Number.MIN_VALUE)
  return [low, high <= 1 ? 1 : high]
}

function Interval({ name, estimate, scale, current = false }: IntervalProps): ReactNode {
  if (estimate === undefined) {
    return (
      <div className="quality-line">
        <span className="muted small">{name}</span>
        <span className="muted small">no labels</span>
      </div>
    )
  }
  const [low, high] = scale
  const place = (value: number) => `${((value - low) / (high - low)) * 100}%`
  return (
    <div className="quality-line">
      <span className="muted small">{name}</span>
      <span className={current ? 'interval current' : 'interval'} aria-hidden="true">
        <i style={{ left: place(estimate.low), right: `calc(100% - ${place(estimate.high)})` }} />
        <b style={{ left: place(estimate.value) }} />
      </span>
      <span className="small">
        {formatNumber(estimate.value, 3)}{' '}
        <span className="muted">
          ({formatNumber(estimate.low, 3)} to {formatNumber(estimate.high, 3)})
        </span>
      </span>
    </div>
  )
}

interface IntervalProps {
  readonly name: string
  readonly estimate: Estimate | undefined
  readonly scale: Scale
  readonly current?: boolean
}
