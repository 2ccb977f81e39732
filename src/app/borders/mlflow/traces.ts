import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { bytes, type HttpRequest } from '#http'
import { TidemillError } from '#contract'
import { normalizedPointwiseInformation } from '#stats'
import type { Trace } from '#tracking'
import type { Rooms } from '../../rooms.ts'
import { experimentNamedBy } from './default-experiment.ts'
import { limitOf, nextOf, searchOf } from './experiments.ts'
import { missing, wrong } from './input.ts'
import { atMostBytes, longest, namedKey } from './limits.ts'
import type { MlflowRoute } from './route.ts'
import { saveTraceRoute } from './save-trace.ts'
import { traceFileRoutes } from './trace-files.ts'
import { spansHere, traceWire } from './trace-wire.ts'
import { doubleOf } from './wire.ts'

const path = '3.0/mlflow/traces'
const oldPath = '2.0/mlflow/traces'

/** Spans of one export are held whole. */
const mostOfSpans = 64 << 20

async function withSpans(rooms: Rooms, traces: readonly Trace[]): Promise<readonly object[]> {
  const spans = await rooms.tracking.spansOf(traces.map((trace) => trace.id))
  return traces.map((trace) => ({
    trace_info: traceWire(trace),
    spans: spans.get(trace.id) ?? [],
  }))
}

const setTag: MlflowRoute['run'] = async ({ rooms, input }) => {
  const value = (input.text('value') ?? '').slice(0, longest.traceTag)
  await rooms.tracking.setTraceTag(input.need('trace_id'), namedKey(input), value)
  return {}
}

const removeTag: MlflowRoute['run'] = async ({ rooms, input }) => {
  await rooms.tracking.removeTraceTag(input.need('trace_id'), input.need('key'))
  return {}
}

const removeTraces: MlflowRoute['run'] = async ({ rooms, input }) => {
  const experiment = input.need('experiment_id')
  const ids = [...input.texts('request_ids'), ...input.texts('trace_ids')]
  const until = input.integer('max_timestamp_millis')
  if (ids.length === 0 && until === undefined) throw missing('request_ids')
  const most = input.integer('max_traces') ?? Number.MAX_SAFE_INTEGER
  const which = ids.length > 0 ? { ids } : { until: until ?? 0, most }
  return { traces_deleted: await rooms.tracking.removeTraces(experiment, which) }
}

const batch: MlflowRoute['run'] = async ({ rooms, input }) => ({
  traces: await withSpans(rooms, await rooms.tracking.traces(input.texts('trace_ids'))),
})

/** The body of an export, unpacked; a small one that unpacks to a large one is refused like a large one. */
function unpacked({ headers, stream }: HttpRequest): Readable {
  const isPacked = headers['content-encoding'] === 'gzip'
  return atMostBytes(mostOfSpans, stream, isPacked ? createGunzip() : undefined)
}

export const traceRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: `${oldPath}/link-to-run`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      const { id } = await rooms.tracking.run(input.need('run_id'))
      const ids = input.texts('trace_ids')
      if (ids.length > 100) throw wrong('trace_ids', ids.length, 'at most 100 identifiers')
      await rooms.tracking.linkTraces(id, ids)
      return {}
    },
  },
  {
    method: 'POST',
    path: `${oldPath}/link-prompts`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      const prompts = input.list('prompt_versions').map((each) => ({
        name: each.need('name'),
        version: each.need('version'),
      }))
      await rooms.tracking.linkPrompts(input.need('trace_id'), prompts)
      return {}
    },
  },
  ...traceFileRoutes,
  {
    method: 'POST',
    path: '/v1/traces',
    alone: true,
    permission: 'tracking:write',
    accepts: 'bytes',
    async run({ app, rooms, request }) {
      const named = request.headers['x-mlflow-experiment-id']
      if (typeof named !== 'string') throw missing('x-mlflow-experiment-id')
      const experiment = await experimentNamedBy(rooms, named)
      await rooms.tracking.experiment(experiment)
      const type = String(request.headers['content-type'] ?? '')
      const body = await buffer(unpacked(request)).catch((error: unknown) => {
        if (error instanceof TidemillError) throw error
        const problem = 'The body is not what its content-encoding says.'
        throw new TidemillError('bad_request', { problem }, error)
      })
      const { readSpans } = await import('./otlp.ts')
      const spans = readSpans(body, type)
      await rooms.tracking.addSpans(experiment, spans, spansHere)
      app.events.emit('traces', spans[0]?.trace ?? '')
      // An empty ExportTraceServiceResponse: everything was taken.
      return type.startsWith('application/json') ? {} : bytes(new Uint8Array(), { type })
    },
  },
  saveTraceRoute,
  {
    method: 'GET',
    path: `${path}/get`,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const [trace] = await withSpans(rooms, [await rooms.tracking.trace(input.need('trace_id'))])
      return { trace }
    },
  },
  { method: 'GET', path: `${path}/batchGet`, permission: 'tracking:read', run: batch },
  {
    method: 'POST',
    path: `${path}/batchGetInfos`,
    permission: 'tracking:read',
    run: async ({ rooms, input }) => ({
      trace_infos: (await rooms.tracking.traces(input.texts('trace_ids'))).map(traceWire),
    }),
  },
  {
    method: 'POST',
    path: `${path}/search`,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const places = input.list('locations').map((each) => each.object('mlflow_experiment'))
      const { items, next } = await rooms.tracking.searchTraces({
        ...searchOf(input),
        experiments: places.flatMap((place) => place?.text('experiment_id') ?? []),
        order: input.texts('order_by'),
        limit: limitOf(input, 100, 1000),
      })
      return { traces: items.map(traceWire), ...nextOf(next) }
    },
  },
  {
    method: 'POST',
    path: `${path}/calculate-filter-correlation`,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const base = input.text('base_filter')
      const counts = await rooms.tracking.countTraces({
        experiments: input.texts('experiment_ids'),
        first: input.need('filter_string1'),
        second: input.need('filter_string2'),
        ...(base === undefined ? {} : { base }),
      })
      return {
        npmi: doubleOf(normalizedPointwiseInformation(counts) ?? NaN),
        npmi_smoothed: doubleOf(normalizedPointwiseInformation(counts, 0.5) ?? NaN),
        filter1_count: counts.first,
        filter2_count: counts.second,
        joint_count: counts.both,
        total_count: counts.total,
      }
    },
  },
  {
    method: 'GET',
    path: `${path}/:trace_id`,
    permission: 'tracking:read',
    run: async ({ rooms, input }) => ({
      trace: { trace_info: traceWire(await rooms.tracking.trace(input.need('trace_id'))) },
    }),
  },
  ...[path, oldPath].flatMap((start): MlflowRoute[] => [
    { method: 'PATCH', path: `${start}/:trace_id/tags`, permission: 'tracking:write', run: setTag },
    {
      method: 'DELETE',
      path: `${start}/:trace_id/tags`,
      permission: 'tracking:write',
      run: removeTag,
    },
    {
      method: 'POST',
      path: `${start}/delete-traces`,
      permission: 'tracking:write',
      run: removeTraces,
    },
  ]),
]
