export {
  openMonitoring,
  type Monitoring,
  type MonitorDescription,
  type StoredMonitor,
} from './monitoring.ts'
export { driftFindings, type DriftFindings, type DriftRequest } from './drift-report.ts'
export { harmOf, newWatch, watchOn, type HarmWatch } from './harm.ts'
export { qualityOf, type Labelled } from './quality.ts'
export { spendOnLook } from './error-budget.ts'
export { peerCategorical, peerNumeric, type PeerVerdict } from './peer-rule.ts'
export { reportPage } from './report-page.ts'
export { alertOf } from './alert-of.ts'
export { monitoringMigrations } from './migrations.ts'
