import { TidemillError } from '#contract'
import { missing, wrong, type Input } from './input.ts'
import type { MlflowRoute } from './route.ts'
import { metricWire } from './wire.ts'

const path = '2.0/mlflow/metrics'
const mostPoints = 25_000

function runsOf(input: Input): readonly string[] {
  const runs = [...input.texts('run_ids'), ...input.texts('run_id')]
  if (runs.length === 0) throw missing('run_ids')
  if (runs.length <= 100) return runs
  const problem = `At most 100 runs can be asked at once; these are ${runs.length}.`
  throw new TidemillError('bad_request', { problem })
}

export const metricRoutes: readonly MlflowRoute[] = [
  {
    method: 'GET',
    path: `${path}/get-history`,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const run = input.text('run_id') ?? input.need('run_uuid')
      const limit = input.integer('max_results') ?? 1_000_000
      if (limit < 1) throw wrong('max_results', limit, 'a number of 1 or more')
      const token = input.text('page_token') ?? ''
      const offset = token === '' ? 0 : Number(Buffer.from(token, 'base64url').toString())
      if (!Number.isSafeInteger(offset)) throw wrong('page_token', token, 'one that was given')
      const points = await rooms.tracking.historyPage(run, input.need('metric_key'), {
        offset,
        limit: limit + 1,
      })
      const metrics = points.slice(0, limit).map(metricWire)
      if (points.length <= limit) return { metrics }
      const next = Buffer.from(String(offset + limit)).toString('base64url')
      return { metrics, next_page_token: next }
    },
  },
  {
    method: 'GET',
    path: `${path}/get-history-bulk`,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const key = input.need('metric_key')
      const limit = Math.min(input.integer('max_results') ?? mostPoints, mostPoints)
      const found: object[] = []
      for (const run of runsOf(input)) {
        const points = await rooms.tracking.historyPage(run, key, { offset: 0, limit })
        found.push(...points.map((point) => ({ ...metricWire(point), run_id: run })))
      }
      return { metrics: found.slice(0, limit) }
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
      const found = await Promise.all(
        runsOf(input).map(async (run) => {
          const { points } = await rooms.tracking.history(run, key, { points: count, ...range })
          return points.map((point) => ({ ...metricWire(point), run_id: run }))
        }),
      )
      return { metrics: found.flat() }
    },
  },
]
