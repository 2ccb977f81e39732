import type { Generated } from 'kysely'

/** `special` tells what a double is: 0 a number, 1 NaN (kept as 0), 2 and 3 the infinities (kept as the greatest doubles). */
interface MetricRow {
  run: number
  key: number
  step: number
  at: number
  value: number
  special: number
}

interface Entry {
  key: string
  value: string
}

export interface TrackingTables {
  experiments: {
    id: string
    name: string
    created_at: number
    updated_at: number
    removed_at: number | null
    /** Where its runs' files are, when it is not here. */
    artifact_root: string | null
  }
  experiment_tags: Entry & { experiment: string }
  runs: {
    /** What rows that there are many of call the run. */
    number: Generated<number>
    id: string
    experiment: string
    name: string
    status: string
    started_at: number
    ended_at: number | null
    user_name: string
    source: string
    removed_at: number | null
    /** Where its files are, when it moved from where they were kept in another way. */
    artifact_root: string | null
  }
  evaluation_datasets: {
    id: string
    name: string
    digest: string
    schema: string
    created_at: number
    updated_at: number
    created_by: string
    updated_by: string
  }
  evaluation_dataset_tags: Entry & { dataset: string }
  evaluation_dataset_experiments: { dataset: string; experiment: string }
  evaluation_records: {
    id: string
    dataset: string
    inputs_digest: string
    record: string
    created_at: number
    updated_at: number
    created_by: string
    updated_by: string
  }
  scorers: {
    experiment: string
    name: string
    version: number
    id: string
    scorer: string
    created_at: number
  }
  issues: {
    id: string
    experiment: string
    name: string
    description: string
    status: string
    severity: string | null
    causes: string
    categories: string
    run: string | null
    created_at: number
    updated_at: number
    created_by: string | null
  }
  label_schemas: {
    id: string
    experiment: string
    name: string
    schema: string
    created_at: number
    updated_at: number
  }
  review_queues: {
    id: string
    experiment: string
    name: string
    /** In small letters: names that differ by their size alone are one. */
    name_key: string
    type: 'user' | 'custom'
    created_by: string | null
    created_at: number
    updated_at: number
  }
  review_queue_users: { queue: string; user_name: string }
  review_queue_schemas: { queue: string; schema: string }
  review_queue_items: {
    queue: string
    trace: string
    status: 'pending' | 'complete' | 'declined'
    completed_by: string | null
    completed_at: number | null
    created_at: number
    updated_at: number
  }
  retention: {
    name: string
    rule: string
    changed_at: number
    changed_by: string
    applied_at: number | null
  }
  run_params: Entry & { run: string }
  run_tags: Entry & { run: string }
  metric_keys: { id: Generated<number>; name: string }
  metric_points: MetricRow
  metric_latest: MetricRow
  /** Many points of a metric that were logged in one call, packed (`metric-block.ts`). */
  metric_blocks: {
    number: Generated<number>
    run: number
    key: number
    first_step: number
    last_step: number
    count: number
    points: Uint8Array
  }
  /** Files of runs, logged models and traces, by whose they are. */
  artifacts: { owner: string; path: string; digest: string; size: number; created_at: number }
  datasets: {
    id: string
    experiment: string
    name: string
    digest: string
    source_type: string
    source: string
    schema: string | null
    profile: string | null
  }
  run_datasets: { run: string; dataset: string }
  run_dataset_tags: Entry & { run: string; dataset: string }
  run_models: { run: string; model: string; role: string; step: number }
  logged_models: {
    id: string
    experiment: string
    name: string
    type: string
    status: string
    message: string
    run: string | null
    created_at: number
    updated_at: number
    removed_at: number | null
  }
  logged_model_params: Entry & { model: string }
  logged_model_tags: Entry & { model: string }
  logged_model_metrics: {
    model: string
    key: string
    run: string
    step: number
    at: number
    value: number
    special: number
    dataset_name: string
    dataset_digest: string
  }
  traces: {
    id: string
    experiment: string
    started_at: number
    duration: number | null
    state: string
    client_id: string | null
    request: string | null
    response: string | null
  }
  trace_tags: Entry & { trace: string }
  trace_metadata: Entry & { trace: string }
  trace_spans: {
    trace: string
    id: string
    started_at: number
    name: string
    type: string
    status: string
    span: string
    /** Milliseconds; what it cost, and by which model, where its writer said so. */
    duration: number | null
    model: string | null
    provider: string | null
    input_cost: number | null
    output_cost: number | null
    total_cost: number | null
  }
  trace_runs: { trace: string; run: string }
  trace_assessments: {
    id: string
    trace: string
    name: string
    kind: string
    value: string
    created_at: number
    updated_at: number
    assessment: string
  }
}
