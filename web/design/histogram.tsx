import type { ReactNode } from 'react'
import { formatCompact, formatNumber, formatPercent } from './format.ts'

export interface Bins {
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}

interface HistogramProps {
  readonly label: string
  readonly bins: Bins
  /** A second set on the same edges, drawn over the first as shares. */
  readonly current?: Bins | undefined
  readonly height?: number
  readonly small?: boolean
}

const width = 320

/** Counts by bin; with `current`, the share of each set by bin, so that sets of unlike sizes compare. */
export function Histogram(props: HistogramProps): ReactNode {
  const { label, bins, current, height = 120, small = false } = props
  const first = sharesOf(bins.counts)
  const second = current === undefined ? undefined : sharesOf(current.counts)
  const top = Math.max(...first, ...(second ?? []), Number.MIN_VALUE)
  const plot = height - 1
  const low = bins.edges[0] ?? 0
  const high = bins.edges.at(-1) ?? 1
  const x = (value: number) => ((value - low) / (high - low || 1)) * width
  const y = (share: number) => plot - (share / top) * (plot - 4)
  return (
    <div>
      <svg
        className="chart"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        style={{ height }}
        role="img"
        aria-label={describe(label, bins, current)}
      >
        {first.map((share, index) => {
          const left = x(bins.edges[index] ?? low)
          const right = x(bins.edges[index + 1] ?? high)
          return (
            <rect
              key={left}
              className="histogram-reference"
              x={left + 0.5}
              y={y(share)}
              width={Math.max(0.5, right - left - 1)}
              height={plot - y(share)}
            >
              <title>{`${formatNumber(bins.edges[index] ?? 0)} to ${formatNumber(bins.edges[index + 1] ?? 0)}: ${formatPercent(share)}`}</title>
            </rect>
          )
        })}
        {second !== undefined && current !== undefined && (
          <path className="histogram-current" d={outline(current.edges, second, x, y, plot)} />
        )}
        <path className="axis" d={`M0 ${plot}H${width}`} />
      </svg>
      {!small && (
        <div className="chart-ends" aria-hidden="true">
          <span>{formatNumber(low)}</span>
          <span>{formatNumber(high)}</span>
        </div>
      )}
    </div>
  )
}

function sharesOf(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => (total === 0 ? 0 : count / total))
}

function outline(
  edges: readonly number[],
  shares: readonly number[],
  x: (value: number) => number,
  y: (share: number) => number,
  foot: number,
): string {
  const steps = shares.map(
    (share, index) => `V${y(share).toFixed(1)}H${x(edges[index + 1] ?? 0).toFixed(1)}`,
  )
  return `M${x(edges[0] ?? 0).toFixed(1)} ${foot}${steps.join('')}V${foot}`
}

function describe(label: string, bins: Bins, current?: Bins): string {
  const range = `${formatNumber(bins.edges[0] ?? 0)} to ${formatNumber(bins.edges.at(-1) ?? 0)}`
  const peak = bins.counts.indexOf(Math.max(...bins.counts))
  const most = `most between ${formatNumber(bins.edges[peak] ?? 0)} and ${formatNumber(bins.edges[peak + 1] ?? 0)}`
  const total = bins.counts.reduce((sum, count) => sum + count, 0)
  const one = `${label}: ${formatCompact(total)} values from ${range}, ${most}`
  if (current === undefined) return one
  const at = current.counts.indexOf(Math.max(...current.counts))
  return `${one}; now most between ${formatNumber(current.edges[at] ?? 0)} and ${formatNumber(current.edges[at + 1] ?? 0)}`
}
