import type { Metadata } from '#store'
import { unpackBlock } from './metric-block.ts'
import { emptySeries } from './series.ts'

export interface MetricRange {
  readonly key: string
  readonly least: number
  readonly greatest: number
}

export interface MetricRanges {
  /** Of each metric that a run logged more than once, the least and the greatest value; NaN and the infinities are left out. */
  metricRanges(run: string): Promise<readonly MetricRange[]>
}

interface Found {
  points: number
  least: number
  greatest: number
}

const finite = 'case when p.special = 0 then p.value end'
const ofRun = `join metric_keys k on k.id = p.key join runs r on r.number = p.run where r.id = ?`
const ofRows = `select k.name, count(*), min(${finite}), max(${finite}) from metric_points p ${ofRun} group by k.name`
const ofBlocks = `select k.name, p.points from metric_blocks p ${ofRun}`

export function openMetricRanges(metadata: Metadata): MetricRanges {
  return {
    async metricRanges(run) {
      const found = new Map<string, Found>()
      const add = (key: string, points: number, values: Iterable<number>): void => {
        const known = found.get(key) ?? { points: 0, least: Infinity, greatest: -Infinity }
        found.set(key, known)
        known.points += points
        for (const value of values) {
          if (!Number.isFinite(value)) continue
          if (value < known.least) known.least = value
          if (value > known.greatest) known.greatest = value
        }
      }
      for (const [key, count, ...ends] of await metadata.read(ofRows, [run])) {
        const known = ends.filter((each) => each !== null)
        add(String(key), Number(count), known.map(Number))
      }
      for (const [key, block] of await metadata.read(ofBlocks, [run])) {
        const { values, steps } = unpacked(block as Uint8Array)
        add(String(key), steps.length, values)
      }
      return [...found]
        .filter(([, { points, least, greatest }]) => points > 1 && least <= greatest)
        .map(([key, { least, greatest }]) => ({ key, least, greatest }))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    },
  }
}

function unpacked(block: Uint8Array): ReturnType<typeof emptySeries> {
  const series = emptySeries()
  unpackBlock(block, series)
  return series
}
