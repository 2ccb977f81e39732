export { openChanges, type Changes } from './changes.ts'
export { systemClock, type Clock } from './clock.ts'
export { manualClock, type ManualClock } from './manual-clock.ts'

export { numberPattern } from './number-pattern.ts'
export type { BatchStep, Metadata, Migration, SqlValue, Tuple } from './metadata.ts'
export { openSqlite, type SqliteOptions } from './sqlite/open-sqlite.ts'
export { openPostgres, type PostgresOptions } from './postgres/open-postgres.ts'
export {
  countOn,
  dumpTable,
  loadRows,
  tableShapes,
  type PlainRow,
  type TableShape,
} from './table-dump.ts'
export { identifier, longestIdentifier } from './identifier.ts'
export { isUniqueViolation } from './unique-violation.ts'
export { storeMigrations } from './store-migrations.ts'

export type { ByteRange, ObjectStore, StoredObject } from './objects.ts'
export { openFolderObjects } from './objects/folder-objects.ts'

export { openPartUploads, type PartUploads } from './uploads/part-uploads.ts'

export type { Job, JobContext, JobHandler, JobQueue, JobState, JobWorker, NewJob } from './jobs.ts'
export { openJobs, type JobsOptions } from './jobs/open-jobs.ts'

export type { OnlineRow, OnlineStore, OnlineValue } from './online.ts'
export { memoryOnline } from './online/memory-online.ts'
export { openSqliteOnline } from './online/sqlite-online.ts'
export { openRedisOnline, type RedisOnlineOptions } from './online/redis-online.ts'

export { atomicWrite, type AtomicWriteOptions } from './files/atomic-write.ts'
