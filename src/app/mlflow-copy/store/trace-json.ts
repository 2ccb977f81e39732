import type { Json } from '../../json.ts'
import type { Texts } from './mlflow-store.ts'

interface KnownTrace {
  readonly id: string
  readonly experiment: string
  readonly start: number
  readonly state: string
  /** Milliseconds, as the start. */
  readonly duration: number | undefined
  readonly clientId: string | undefined
  readonly request: string | undefined
  readonly response: string | undefined
  readonly tags: Texts
  readonly metadata: Texts
  readonly assessments: readonly Json[]
}

interface KnownAssessment {
  readonly id: string
  readonly trace: string
  readonly name: string
  readonly kind: string
  readonly value: unknown
  readonly error: unknown
  readonly source: Json
  readonly created: number
  readonly updated: number
  readonly rationale: string | undefined
  readonly span: string | undefined
  readonly overrides: string | undefined
  readonly isValid: boolean
  readonly metadata: unknown
}

/** A trace as MLflow's REST tells of it. */
export function traceJson(trace: KnownTrace): Json {
  const { id, experiment, start, state, duration, clientId, request, response } = trace
  return defined({
    trace_id: id,
    trace_location: {
      type: 'MLFLOW_EXPERIMENT',
      mlflow_experiment: { experiment_id: experiment },
    },
    request_time: new Date(start).toISOString(),
    state,
    execution_duration: duration === undefined ? undefined : `${(duration / 1000).toFixed(3)}s`,
    client_request_id: clientId,
    request_preview: request,
    response_preview: response,
    tags: trace.tags,
    trace_metadata: trace.metadata,
    assessments: trace.assessments,
  })
}

export function assessmentJson(said: KnownAssessment): Json {
  return defined({
    assessment_id: said.id,
    trace_id: said.trace,
    assessment_name: said.name,
    source: said.source,
    create_time: new Date(said.created).toISOString(),
    last_update_time: new Date(said.updated).toISOString(),
    [said.kind]: valueJson(said),
    rationale: said.rationale,
    span_id: said.span,
    overrides: said.overrides,
    valid: said.isValid,
    metadata: said.metadata,
  })
}

/** What is expected is a text of JSON where it is more than one value. */
function valueJson({ kind, value, error }: KnownAssessment): unknown {
  if (kind === 'issue') return value
  if (kind === 'expectation' && typeof value === 'object' && value !== null) {
    const text = JSON.stringify(value)
    return { serialized_value: { serialization_format: 'JSON_FORMAT', value: text } }
  }
  return defined({ value, error })
}

function defined(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
