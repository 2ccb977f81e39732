import { operations, TidemillError, type InputOf } from '#contract'
import { splitOrder } from '#tracking'
import { attachmentsFolder, attachmentsIn, attachmentsOf } from '../borders/mlflow/attachments.ts'
import { spanDetail, spanLines } from '../borders/mlflow/span-record.ts'
import { spansOfTrace } from '../borders/mlflow/spans-of-trace.ts'
import { assessmentRecord, newAssessment, traceRecord } from '../borders/mlflow/trace-record.ts'
import { quoted } from '../filter-text.ts'
import { implement } from '../handler.ts'
import { activeExperiments } from '../steps/active-experiments.ts'

const { traces } = operations

export const traceHandlers = [
  implement(traces.search, async (input, { rooms }) => {
    const { experiment, filter, order, cursor, limit } = input
    const all = await activeExperiments(rooms, experiment)
    const { items, next } = await rooms.tracking.searchTraces({
      experiments: all.map((each) => each.id),
      ...(filter === undefined ? {} : { filter }),
      also: fieldsFilter(input),
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
    const { spans, problem } = await spansOfTrace(rooms, trace)
    const lines = spanLines(spans)
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
      ...(problem === undefined ? {} : { problem }),
    }
  }),

  implement(traces.span, async ({ trace, span }, { rooms }) => {
    await rooms.tracking.trace(trace)
    const { spans } = await spansOfTrace(rooms, trace)
    const found = spanDetail(spans, span)
    if (!found) throw new TidemillError('not_found', { kind: 'span', name: span })
    const files = await rooms.tracking.listArtifacts(trace, attachmentsFolder)
    return { span: { ...found, attachments: attachmentsIn(trace, found, files) } }
  }),

  implement(traces.attachments, async ({ trace }, { rooms }) => {
    await rooms.tracking.trace(trace)
    const { spans } = await spansOfTrace(rooms, trace)
    const files = await rooms.tracking.listArtifacts(trace, attachmentsFolder)
    return { attachments: attachmentsOf(trace, spans, files) }
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

/** The parts of a search that have a field of their own, as a filter; all must hold. */
function fieldsFilter({ run, state, text }: InputOf<typeof traces.search>): string {
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
  ].join(' AND ')
}
