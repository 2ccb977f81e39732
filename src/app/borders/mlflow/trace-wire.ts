import type { Trace } from '#tracking'
import { assessmentWire } from './assessments.ts'

/** What tells MLflow's clients that the spans are here and not in a file. */
export const spansHere = { 'mlflow.trace.spansLocation': 'TRACKING_STORE' }

/** A trace's tags with the one that tells clients where files of it go: what is attached to spans, and all spans of MLflow 2's. */
export function traceTags({ id, experiment, tags }: Trace): Readonly<Record<string, string>> {
  const place = `mlflow-artifacts:/${experiment}/traces/${id}/artifacts`
  return /^tr-[\w-]+$/.test(id) ? { ...tags, 'mlflow.artifactLocation': place } : tags
}

/** A trace as MLflow's clients read it. */
export function traceWire(trace: Trace): object {
  return {
    trace_id: trace.id,
    trace_location: {
      type: 'MLFLOW_EXPERIMENT',
      mlflow_experiment: { experiment_id: trace.experiment },
    },
    request_time: new Date(trace.startedAt).toISOString(),
    ...(trace.duration === undefined
      ? {}
      : { execution_duration: `${(trace.duration / 1000).toFixed(3)}s` }),
    state: trace.state.toUpperCase(),
    ...(trace.clientId === undefined ? {} : { client_request_id: trace.clientId }),
    ...(trace.request === undefined ? {} : { request_preview: trace.request }),
    ...(trace.response === undefined ? {} : { response_preview: trace.response }),
    trace_metadata: trace.metadata,
    tags: traceTags(trace),
    assessments: trace.assessments.map(assessmentWire),
  }
}
