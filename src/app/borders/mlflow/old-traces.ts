import { newRunId, type Trace } from '#tracking'
import { experimentNamedBy } from './default-experiment.ts'
import { limitOf, nextOf, searchOf } from './experiments.ts'
import { wrong, type Input } from './input.ts'
import { traceTexts } from './limits.ts'
import type { MlflowRoute } from './route.ts'
import { traceTags } from './trace-wire.ts'
import { pairs } from './wire.ts'

const path = '2.0/mlflow/traces'
const states = ['IN_PROGRESS', 'OK', 'ERROR']

/** A trace as clients of MLflow 2 know it: times in milliseconds, lists of keys and values. */
function oldWire(trace: Trace): object {
  const state = trace.state.toUpperCase()
  return {
    request_id: trace.id,
    experiment_id: trace.experiment,
    timestamp_ms: trace.startedAt,
    ...(trace.duration === undefined ? {} : { execution_time_ms: trace.duration }),
    status: states.includes(state) ? state : 'TRACE_STATUS_UNSPECIFIED',
    request_metadata: pairs(trace.metadata),
    tags: pairs(traceTags(trace)),
  }
}

function stateOf(input: Input): string {
  const status = input.need('status')
  if (states.includes(status)) return status.toLowerCase()
  throw wrong('status', status, states.join(', '))
}

/** What is too long is cut and not refused, as MLflow 2's own clients cut it. */
function cutTexts(list: readonly Input[]): Record<string, string> {
  return traceTexts(
    Object.fromEntries(list.map((each) => [each.need('key'), each.text('value') ?? ''])),
  )
}

export const oldTraceRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      const { id: experiment } = await rooms.tracking.experiment(
        await experimentNamedBy(rooms, input.need('experiment_id')),
      )
      const startedAt = input.integer('timestamp_ms') ?? Date.now()
      const trace = await rooms.tracking.saveTrace({
        id: `tr-${newRunId(startedAt)}`,
        experiment,
        startedAt,
        state: 'in_progress',
        tags: cutTexts(input.list('tags')),
        metadata: cutTexts(input.list('request_metadata')),
      })
      return { trace_info: oldWire(trace) }
    },
  },
  {
    method: 'PATCH',
    path: `${path}/:request_id`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      const before = await rooms.tracking.trace(input.need('request_id'))
      const { assessments: _, ...rest } = before
      const ended = input.integer('timestamp_ms')
      const trace = await rooms.tracking.saveTrace({
        ...rest,
        state: stateOf(input),
        tags: { ...before.tags, ...cutTexts(input.list('tags')) },
        metadata: { ...before.metadata, ...cutTexts(input.list('request_metadata')) },
        ...(ended === undefined ? {} : { duration: ended - before.startedAt }),
      })
      return { trace_info: oldWire(trace) }
    },
  },
  {
    method: 'GET',
    path,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const { items, next } = await rooms.tracking.searchTraces({
        ...searchOf(input),
        experiments: input.texts('experiment_ids'),
        order: input.texts('order_by'),
        limit: limitOf(input, 100, 500),
      })
      return { traces: items.map(oldWire), ...nextOf(next) }
    },
  },
  {
    method: 'GET',
    path: `${path}/:request_id/info`,
    permission: 'tracking:read',
    run: async ({ rooms, input }) => ({
      trace_info: oldWire(await rooms.tracking.trace(input.need('request_id'))),
    }),
  },
]
