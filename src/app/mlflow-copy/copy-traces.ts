import { copyAttachments } from './copy-attachments.ts'
import { copiedWhole, kept, messageOf, pairsOf, type Copying } from './copied.ts'
import type { Json } from '../json.ts'
import { MlflowRefusal, orMissing } from './mlflow-server.ts'
import { otlpSpan } from './span-form.ts'

type Texts = Readonly<Record<string, string>>

interface TraceJson {
  readonly trace_id: string
  readonly tags?: Texts
  readonly trace_metadata?: Texts
  readonly assessments?: readonly Json[]
  readonly [field: string]: unknown
}

/** Copies the traces of an experiment with their spans, what is attached to them and what was said of them. */
export async function copyTraces(copying: Copying, source: string, target: string): Promise<void> {
  const { from, report } = copying
  const asked = {
    locations: [locationOf(source)],
    max_results: 100,
    order_by: ['timestamp_ms ASC'],
  }
  try {
    for await (const page of from.pages('3.0/traces/search', asked, 'traces')) {
      for (const trace of page as unknown as readonly TraceJson[]) {
        await kept(copying, `trace ${trace.trace_id}`, () => copyTrace(copying, trace, target))
        if (report.traces % 50 === 49) copying.onProgress(`${report.traces} traces`)
      }
    }
  } catch (error) {
    // A server from before there were such traces has none.
    if (!(error instanceof MlflowRefusal && error.answered === 404)) throw error
  }
}

function locationOf(experiment: string): Json {
  return { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } }
}

async function copyTrace(copying: Copying, trace: TraceJson, experiment: string): Promise<void> {
  const { from, to, report } = copying
  const { trace_id: source, assessments = [], tags = {}, ...info } = trace
  const id = copyIdOf(source)
  const there = await orMissing(to.get(`3.0/traces/${id}`))
  const before = (there?.trace as { trace_info?: TraceJson } | undefined)?.trace_info
  if (before?.tags?.[copiedWhole] === 'true') {
    report.before++
    return
  }
  const [read] = await Promise.allSettled([from.spans(source)])
  const spans =
    read.status === 'fulfilled' ? read.value.map((span) => inTrace(id, otlpSpan(span))) : []
  if (spans.length > 0) await to.sendSpans(experiment, spans)
  const sent = await to.send('POST', '3.0/traces', {
    trace: {
      trace_info: {
        ...info,
        trace_id: id,
        trace_location: locationOf(experiment),
        trace_metadata: mapped(copying, info.trace_metadata ?? {}),
        // Where its files were is of the server it comes from.
        tags: without(tags, ['mlflow.artifactLocation', 'mlflow.trace.spansLocation', copiedWhole]),
      },
    },
  })
  const said = new Set((before?.assessments ?? []).map((each) => each.assessment_id))
  // One that replaces another comes after it.
  const inOrder = assessments.toSorted((a, b) => timeOf(a) - timeOf(b))
  for (const assessment of inOrder) {
    if (said.has(assessment.assessment_id)) continue
    await to.send('POST', `3.0/traces/${id}/assessments`, {
      assessment: { ...assessment, trace_id: id },
    })
    report.assessments++
  }
  if (read.status === 'rejected') {
    throw new Error(`it came without its spans: ${messageOf(read.reason)}`)
  }
  // One that is still under way gets the rest with the next copy.
  if (info.state === 'IN_PROGRESS') return
  if (spans.length === 0) throw new Error('it has no spans there')
  const { trace_info: made } = sent.trace as { readonly trace_info: TraceJson }
  await copyAttachments(copying, source, spans, made.tags?.['mlflow.artifactLocation'])
  await to.send('PATCH', `traces/${id}/tags`, { key: copiedWhole, value: 'true' })
  report.traces++
  report.spans += spans.length
}

/** Spans are sent into a trace `tr-…` alone, and those of MLflow 2's servers had no such beginning. */
function copyIdOf(id: string): string {
  return /^[0-9a-f]{32}$/.test(id) ? `tr-${id}` : id
}

/** MLflow 2's clients gave spans another identifier of a trace than their server gave the trace. */
function inTrace(id: string, span: Json): Json {
  const traceId = /^tr-([0-9a-f]{32})$/.exec(id)?.[1]
  if (traceId === undefined) return span
  const attributes = pairsOf(span.attributes).map((pair) =>
    pair.key === 'mlflow.traceRequestId' ? { ...pair, value: { stringValue: id } } : pair,
  )
  return { ...span, traceId, attributes }
}

/** Entries that name a run or a logged model name its copy. */
function mapped({ runs, loggedModels }: Copying, metadata: Texts): Texts {
  const [run, model] = [metadata['mlflow.sourceRun'], metadata['mlflow.modelId']]
  return {
    ...metadata,
    ...(run === undefined ? {} : { 'mlflow.sourceRun': runs.get(run) ?? run }),
    ...(model === undefined ? {} : { 'mlflow.modelId': loggedModels.get(model) ?? model }),
  }
}

function without(tags: Texts, names: readonly string[]): Texts {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !names.includes(name)))
}

function timeOf({ create_time: time }: Json): number {
  return typeof time === 'string' ? Date.parse(time) : 0
}
