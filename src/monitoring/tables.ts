export interface MonitoringTables {
  monitors: {
    name: string
    endpoint: string
    window_rows: number
    false_alarm_days: number
    share_threshold: number
    webhooks: string
    /** The last prediction a report has looked at. */
    seen: string | null
    spent: number
    created_at: number
  }
  monitor_reports: { id: string; monitor: string; report: string; created_at: number }
  monitor_watches: {
    monitor: string
    model: string
    version: number
    promised: number
    log_wealth: number
    log_largest: number
    outcomes: number
    errors: number
    /** The last label it has bet on, by the order in which they came. */
    seen: number
  }
  monitor_alarms: {
    id: string
    monitor: string
    endpoint: string
    kind: string
    state: string
    summary: string
    report: string
    opened_at: number
    resolved_at: number | null
    resolved_by: string | null
    note: string | null
    deliveries: string
  }
}
