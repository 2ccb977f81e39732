export { consensus, type Consensus } from './consensus.ts'
export { openLabeling, type Labeling, type QueueDescription } from './labeling.ts'
export { labelingMigrations } from './migrations.ts'
export { uncertainty, type UncertaintyStrategy } from './uncertainty.ts'
