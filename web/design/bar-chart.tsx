import type { ReactNode } from 'react'
import { formatNumber } from './format.ts'

export interface Bar {
  readonly key: string
  readonly name: string
  readonly value: number
  /** A second bar under the first, for example the window beside the reference. */
  readonly second?: number
  readonly token?: string
}

interface BarChartProps {
  readonly label: string
  readonly bars: readonly Bar[]
  readonly format?: (value: number) => string
}

/** Horizontal bars from zero; values below zero go to the left. */
export function BarChart({ label, bars, format = formatNumber }: BarChartProps): ReactNode {
  const values = bars.flatMap((bar) => [bar.value, bar.second ?? 0])
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  const span = high - low || 1
  const zero = (-low / span) * 100
  const place = (value: number) => {
    const size = (Math.abs(value) / span) * 100
    return { left: `${value < 0 ? zero - size : zero}%`, width: `${size}%` }
  }
  return (
    <ul className="bars" aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.key}>
          <span className="bar-name" title={bar.name}>
            {bar.name}
          </span>
          <span className="bar-track" aria-hidden="true">
            <span
              style={{ ...place(bar.value), background: `var(${bar.token ?? '--series-1'})` }}
            />
            {bar.second !== undefined && (
              <span
                className="second"
                style={{ ...place(bar.second), background: 'var(--series-2)' }}
              />
            )}
            {low < 0 && <i style={{ left: `${zero}%` }} />}
          </span>
          <span className="bar-value">
            {format(bar.value)}
            {bar.second !== undefined && ` → ${format(bar.second)}`}
          </span>
        </li>
      ))}
    </ul>
  )
}
