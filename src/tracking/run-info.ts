import type { Selectable } from 'kysely'
import type { Run, RunSource } from '#contract'
import type { TrackingTables } from './tables.ts'

export type RunRow = Selectable<TrackingTables['runs']>
export type RunInfo = Omit<Run, 'params' | 'metrics' | 'tags'>

/** What a run's own row says. */
export function runInfo(row: RunRow, experiment: string): RunInfo {
  return {
    id: row.id,
    experiment,
    experimentId: row.experiment,
    name: row.name,
    status: row.status as Run['status'],
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.removed_at === null ? {} : { removedAt: row.removed_at }),
    ...(row.artifact_root === null ? {} : { artifactRoot: row.artifact_root }),
    user: row.user_name,
    source: JSON.parse(row.source) as RunSource,
  }
}
