/** One value of a metric. */
export interface MetricPoint {
  readonly key: string
  readonly value: number
  readonly step: number
  readonly time: number
}
