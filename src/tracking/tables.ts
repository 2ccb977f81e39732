interface MetricRow {
  run: string
  key: string
  step: number
  at: number
  value: number | null
  special: string
}

export interface TrackingTables {
  experiments: { id: string; name: string; created_at: number; removed_at: number | null }
  runs: {
    id: string
    experiment: string
    name: string
    status: string
    started_at: number
    ended_at: number | null
    user_name: string
    source: string
    removed_at: number | null
  }
  run_params: { run: string; key: string; value: string }
  run_tags: { run: string; key: string; value: string }
  run_metrics: MetricRow
  run_latest_metrics: MetricRow
  run_artifacts: { run: string; path: string; digest: string; size: number; created_at: number }
}
