import { json } from 'node:stream/consumers'
import { operations, TidemillError, type InputOf } from '#contract'
import { splitOrder } from '#tracking'
import { spanDetail, spanLines } from '../borders/mlflow/span-record.ts'
import { assessmentRecord, newAssessment, traceRecord } from '../borders/mlflow/trace-record.ts'
import { implement } from '../handler.ts'
import type { Rooms } from '../rooms.ts'
import { activeExperiments } from '../steps/active-experiments.ts'

const { traces } = operations

export const traceHandlers = [
  implement(traces.search, async (input, { rooms }) => {
    const { experiment, order, cursor, limit } = input
    const all = await activeExperiments(rooms, experiment)
    const { items, next } = await rooms.tracking.searchTraces({
      experiments: all.map((each) => each.id),
      filter: filterOf(input),
      ...(order === undefined ? {} : { order: splitOrder(order) }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(limit === undefined ? {} : { limit }),
    })
    const names = new Map(all.map((each) => [each.id, each.name]))
    return {
      traces: items.map((each) => traceRecord(each, names.get(each.experiment) ?? '')),
      ...(next === undefined ? {} : { next }),
    }
  }),

  implement(traces.get, async ({ trace }, { rooms }) => {
    const found = await rooms.tracking.trace(trace)
    const experiment = await rooms.tracking.experiment(found.experiment)
    const lines = spanLines(await spansOf(rooms, trace))
    const record = traceRecord(found, experiment.name)
    const ends = lines.map((line) => line.start + (line.duration ?? 0))
    return {
      trace: {
        ...record,
        // What only brought spans has no time of its own.
        ...(record.duration === undefined && ends.length > 0
          ? { duration: ends.reduce((last, end) => Math.max(last, end), 0) }
          : {}),
        name: record.name === '' ? (lines[0]?.name ?? trace) : record.name,
      },
      spans: [...lines],
    }
  }),

  implement(traces.span, async ({ trace, span }, { rooms }) => {
    await rooms.tracking.trace(trace)
    const found = spanDetail(await spansOf(rooms, trace), span)
    if (!found) throw new TidemillError('not_found', { kind: 'span', name: span })
    return { span: found }
  }),

  implement(traces.assess, async (input, { rooms, app, who }) => {
    const made = await rooms.tracking.addAssessment(newAssessment(input, who))
    app.events.emit('traces', input.trace)
    return { assessment: assessmentRecord(made) }
  }),

  implement(traces.unassess, async ({ trace, assessment }, { rooms, app }) => {
    await rooms.tracking.removeAssessment(trace, assessment)
    app.events.emit('traces', trace)
    return { done: true as const }
  }),
]

/** The parts of a search that have a field of their own, joined to the filter; all must hold. */
function filterOf(input: InputOf<typeof traces.search>): string {
  const { run, state, text, filter } = input
  const words = text?.trim() ?? ''
  const like = quoted(`%${words}%`)
  return [
    ...(run === undefined ? [] : [`run_id = ${quoted(run)}`]),
    ...(state === undefined ? [] : [`status = ${quoted(state)}`]),
    ...(words === ''
      ? []
      : [
          `(name ILIKE ${like} OR request ILIKE ${like} OR response ILIKE ${like} OR trace_id = ${quoted(words)})`,
        ]),
    ...(filter === undefined || filter.trim() === '' ? [] : [`(${filter})`]),
  ].join(' AND ')
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '').replaceAll("'", "''")}'`
}

/** A trace's spans: rows, or the file that a client without OTLP left. */
async function spansOf(
  rooms: Rooms,
  trace: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rowsOf = await rooms.tracking.spansOf([trace])
  const kept = rowsOf.get(trace)
  if (kept !== undefined) return kept
  const file = await rooms.tracking.findArtifact(trace, 'traces.json')
  if (file === undefined) return []
  const read = await json(await rooms.tracking.artifact(trace, file.path)).catch(() => undefined)
  const spans = (read as { readonly spans?: unknown } | undefined)?.spans
  return Array.isArray(spans) ? (spans as readonly Readonly<Record<string, unknown>>[]) : []
}
