import { assessmentOf } from './assessments.ts'
import { experimentNamedBy } from './default-experiment.ts'
import { missing, wrong, type Input } from './input.ts'
import type { MlflowRoute } from './route.ts'
import { spansHere, traceWire } from './trace-wire.ts'
import { traceTexts } from './limits.ts'

/** `1.5s`, as protobuf writes durations, in milliseconds. */
function durationOf(input: Input): number | undefined {
  const text = input.text('execution_duration')
  if (text === undefined) return undefined
  const seconds = /^(-?\d+(?:\.\d+)?)s$/.exec(text)?.[1]
  if (seconds === undefined) throw wrong('execution_duration', text, 'seconds such as "1.5s"')
  return Math.round(Number(seconds) * 1000)
}

function timeOf(input: Input): number {
  const text = input.need('request_time')
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw wrong('request_time', text, 'a time such as 2026-01-31T12:00:00Z')
  return time
}

/** Identifiers come from the client, and stand in paths. */
function traceIdOf(info: Input): string {
  const id = info.need('trace_id')
  if (/^[\w.:/-]{1,250}$/.test(id)) return id
  throw wrong('trace_id', id.slice(0, 80), 'at most 250 letters, digits and signs')
}

/** What was said of it before it came. */
function saidIn(info: Input): readonly ReturnType<typeof assessmentOf>[] {
  const raw = info.raw('assessments')
  const bodies: readonly unknown[] = Array.isArray(raw) ? raw : [raw]
  return info.list('assessments').map((each, index) => assessmentOf(each, bodies[index]))
}

export const saveTraceRoute: MlflowRoute = {
  method: 'POST',
  path: '3.0/mlflow/traces',
  permission: 'tracking:write',
  async run({ app, rooms, input }) {
    const info = input.object('trace')?.object('trace_info')
    if (!info) throw missing('trace.trace_info')
    const place = info.object('trace_location')?.object('mlflow_experiment')
    const experiment = await experimentNamedBy(rooms, place?.need('experiment_id'))
    await rooms.tracking.experiment(experiment)
    const [clientId, request, response] = [
      info.text('client_request_id'),
      info.text('request_preview'),
      info.text('response_preview'),
    ]
    const duration = durationOf(info)
    const id = traceIdOf(info)
    const [before] = await rooms.tracking.traces([id])
    const hasSpans = (await rooms.tracking.spansOf([id])).has(id)
    const trace = await rooms.tracking.saveTrace({
      id,
      experiment,
      startedAt: timeOf(info),
      state: (info.text('state') ?? 'STATE_UNSPECIFIED').toLowerCase(),
      tags: { ...traceTexts(info.map('tags')), ...(hasSpans ? spansHere : {}) },
      metadata: traceTexts(info.map('trace_metadata')),
      ...(duration === undefined ? {} : { duration }),
      ...(clientId === undefined ? {} : { clientId }),
      ...(request === undefined ? {} : { request }),
      ...(response === undefined ? {} : { response }),
    })
    const known = new Set(trace.assessments.map((each) => each.id))
    for (const each of saidIn(info)) {
      const isNew = each.id === undefined ? before === undefined : !known.has(each.id)
      if (isNew) await rooms.tracking.addAssessment({ trace: id, ...each })
    }
    app.events.emit('traces', id)
    return { trace: { trace_info: traceWire(await rooms.tracking.trace(id)) } }
  },
}
