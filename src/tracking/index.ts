export {
  openTracking,
  type LogEntries,
  type NewRun,
  type RunSearch,
  type Tracking,
} from './tracking.ts'
export { parseFilter, type Comparison, type Filter } from './filter-parse.ts'
export { trackingMigrations } from './migrations.ts'
export type { MetricPoint } from './metric-point.ts'
