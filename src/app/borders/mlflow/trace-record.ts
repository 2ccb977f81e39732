import type { InputOf, operations, Trace, TraceAssessment } from '#contract'
import { judgedText, type Assessment, type Trace as StoredTrace } from '#tracking'
import { isJson } from '../../json.ts'
import { tokensOf } from './span-record.ts'

/** A trace in our words; what it is called and which run it belongs to stand in entries of MLflow's. */
export function traceRecord(trace: StoredTrace, experiment: string): Trace {
  const { metadata, tags, duration, request, response } = trace
  const run = metadata['mlflow.sourceRun']
  const tokens = tokensOf(metadata['mlflow.trace.tokenUsage'])
  return {
    id: trace.id,
    name: tags['mlflow.traceName'] ?? '',
    experiment,
    experimentId: trace.experiment,
    startedAt: trace.startedAt,
    ...(duration === undefined ? {} : { duration }),
    state: trace.state,
    ...(request === undefined ? {} : { request }),
    ...(response === undefined ? {} : { response }),
    ...(run === undefined ? {} : { run }),
    ...(tokens === undefined ? {} : { tokens }),
    tags: { ...tags },
    metadata: { ...metadata },
    assessments: trace.assessments.map(assessmentRecord),
  }
}

export function assessmentRecord(assessment: Assessment): TraceAssessment {
  const { id, name, kind, value, updatedAt, body } = assessment
  const source = isJson(body.source) ? body.source : {}
  const [rationale, span] = [textOf(body.rationale), textOf(body.span_id)]
  const [by, byKind] = [textOf(source.source_id), textOf(source.source_type)?.toLowerCase()]
  return {
    ...{ id, name, kind, value, at: updatedAt },
    ...(rationale === undefined ? {} : { rationale }),
    ...(span === undefined ? {} : { span }),
    ...(by === undefined ? {} : { by }),
    ...(byKind === undefined ? {} : { byKind }),
  }
}

/** An assessment as MLflow's clients would have written it, so that they read ours. */
export function newAssessment(
  given: InputOf<typeof operations.traces.assess>,
  who: string,
): Pick<Assessment, 'trace' | 'name' | 'kind' | 'value' | 'body'> {
  const { trace, name, kind = 'feedback', value, rationale, span } = given
  const body = {
    assessment_name: name,
    source: { source_type: 'HUMAN', source_id: who },
    [kind]: { value },
    ...(rationale === undefined || rationale === '' ? {} : { rationale }),
    ...(span === undefined ? {} : { span_id: span }),
  }
  return { trace, name, kind, value: judgedText(value), body }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
