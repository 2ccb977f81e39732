export { openServing, type OfflineModel, type ResolvedModel, type Serving } from './serving.ts'
export type { PredictionLog } from './prediction-log.ts'
export type { Cell, InputRow } from './read-rows.ts'
export { servingMigrations } from './migrations.ts'
