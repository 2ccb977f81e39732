export { openLake, type DatasetDescription, type Lake, type NewVersion } from './lake.ts'
export { diffTables, type ColumnChange, type TableDiff } from './diff.ts'
export { openLineage, type Lineage, type LineageEdge, type LineageRef } from './lineage.ts'
export { lakeMigrations } from './migrations.ts'
