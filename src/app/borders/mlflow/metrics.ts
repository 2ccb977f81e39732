import { TidemillError } from '#contract'
import { jsonText } from '#http'
import { byTime, type HistoryPage, type Series } from '#tracking'
import { missing, wrong, type Input } from './input.ts'
import type { MlflowRoute } from './route.ts'
import { seriesText } from './run-wire.ts'
import { metricWire } from './wire.ts'

const path = '2.0/mlflow/metrics'
const mostPoints = 25_000
/** MLflow sets no limit to a history; this keeps one answer below what a text can hold. */
const mostInOneAnswer = 1_000_000

function runsOf(input: Input): readonly string[] {
  const runs = [...input.texts('run_ids'), ...input.texts('run_id')]
  if (runs.length === 0) throw missing('run_ids')
  if (runs.length <= 100) return runs
  const problem = `At most 100 runs can be asked at once; these are ${runs.length}.`
  throw new TidemillError('bad_request', { problem })
}

function cut(series: Series, limit: number): Series {
  if (series.steps.length <= limit) return series
  return {
    steps: series.steps.slice(0, limit),
    times: series.times.slice(0, limit),
    values: series.values.slice(0, limit),
  }
}

/** Where a page ended, as text: the step, time and value of its last point. */
function writeToken({ steps, times, values }: Series): string {
  const place = [steps.at(-1), times.at(-1), values.at(-1)].join(' ')
  return Buffer.from(place).toString('base64url')
}

function readToken(token: string): NonNullable<HistoryPage['after']> {
  const [step, time, value, ...rest] = Buffer.from(token, 'base64url').toString().split(' ')
  const place = [Number(step), Number(time), Number(value)] as const
  const isOne = Number.isSafeInteger(place[0]) && Number.isSafeInteger(place[1])
  const isValue = value === 'NaN' || !Number.isNaN(place[2])
  if (isOne && isValue && value !== undefined && rest.length === 0) return place
  throw wrong('page_token', token, 'one that was given')
}

export const metricRoutes: readonly MlflowRoute[] = [
  {
    method: 'GET',
    path: `${path}/get-history`,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const run = input.text('run_id') ?? input.need('run_uuid')
      const key = input.need('metric_key')
      const asked = input.integer('max_results') ?? mostInOneAnswer
      if (asked < 1) throw wrong('max_results', asked, 'a number of 1 or more')
      const limit = Math.min(asked, mostInOneAnswer)
      const token = input.text('page_token') ?? ''
      const place = token === '' ? undefined : readToken(token)
      const series = await rooms.tracking.historyPage(run, key, {
        limit: limit + 1,
        ...(place === undefined ? {} : { after: place }),
      })
      const shown = cut(series, limit)
      const next = shown === series ? '' : `,"next_page_token":"${writeToken(shown)}"`
      const isWhole = place === undefined && next === ''
      return jsonText(`{"metrics":[${seriesText(key, isWhole ? byTime(shown) : shown)}]${next}}`)
    },
  },
  {
    method: 'GET',
    path: `${path}/get-history-bulk`,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const key = input.need('metric_key')
      let left = Math.min(input.integer('max_results') ?? mostPoints, mostPoints)
      const found: string[] = []
      for (const run of runsOf(input)) {
        if (left < 1) break
        const series = await rooms.tracking.historyPage(run, key, { limit: left })
        left -= series.steps.length
        const shown = left > 0 ? byTime(series) : series
        if (series.steps.length > 0) found.push(seriesText(key, shown, run))
      }
      return jsonText(`{"metrics":[${found.join(',')}]}`)
    },
  },
  {
    method: 'GET',
    path: `${path}/get-history-bulk-interval`,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const key = input.need('metric_key')
      const count = input.integer('max_results') ?? 2500
      if (count < 1 || count > 2500) throw wrong('max_results', count, 'a number from 1 to 2500')
      const [start, end] = [input.integer('start_step'), input.integer('end_step')]
      if ((start === undefined) !== (end === undefined)) {
        throw missing(start === undefined ? 'start_step' : 'end_step')
      }
      const range = start === undefined || end === undefined ? undefined : { start, end }
      const found: object[] = []
      // One after the other: a history is held whole while its extremes are looked for.
      for (const run of runsOf(input)) {
        const { points } = await rooms.tracking.history(run, key, { points: count, ...range })
        for (const point of points) found.push({ ...metricWire(point), run_id: run })
      }
      return { metrics: found }
    },
  },
]
