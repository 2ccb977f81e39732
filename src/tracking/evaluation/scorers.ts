import { TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import { newRunId } from '../runs.ts'
import type { TrackingTables } from '../tables.ts'

export interface Scorer {
  readonly experiment: string
  readonly name: string
  readonly version: number
  /** Of all its versions. */
  readonly id: string
  /** As its writer gave it. */
  readonly body: string
  readonly createdAt: number
}

/** What judges answers, by experiment, name and version. */
export interface Scorers {
  /** A new version of the name. */
  registerScorer(experiment: string, name: string, body: string): Promise<Scorer>
  /** The newest version of each name. */
  scorers(experiments: readonly string[]): Promise<readonly Scorer[]>
  /** Oldest first. */
  scorerVersions(experiment: string, name: string): Promise<readonly Scorer[]>
  /** One version, or all. */
  removeScorer(experiment: string, name: string, version?: number): Promise<void>
}

export function openScorers(metadata: Metadata, clock: Clock): Scorers {
  const database = metadata.tables<TrackingTables>()

  async function versions(experiment: string, name: string): Promise<readonly Scorer[]> {
    const rows = await database
      .selectFrom('scorers')
      .selectAll()
      .where('experiment', '=', experiment)
      .where('name', '=', name)
      .orderBy('version')
      .execute()
    return rows.map(scorerOf)
  }

  return {
    scorerVersions: versions,

    async registerScorer(experiment, name, body) {
      return metadata.transaction<TrackingTables, Scorer>(async (tx) => {
        const last = await tx
          .selectFrom('scorers')
          .selectAll()
          .where('experiment', '=', experiment)
          .where('name', '=', name)
          .orderBy('version', 'desc')
          .limit(1)
          .executeTakeFirst()
        const now = clock.now()
        const row = {
          ...{ experiment, name, version: (last?.version ?? 0) + 1 },
          ...{ id: last?.id ?? newRunId(now), scorer: body, created_at: now },
        }
        await tx.insertInto('scorers').values(row).execute()
        return scorerOf(row)
      })
    },

    async scorers(experiments) {
      if (experiments.length === 0) return []
      const rows = await database
        .selectFrom('scorers')
        .selectAll()
        .where('experiment', 'in', [...experiments])
        .orderBy('name')
        .orderBy('version')
        .execute()
      const newest = new Map(rows.map((row) => [`${row.experiment} ${row.name}`, row]))
      return [...newest.values()].map(scorerOf)
    },

    async removeScorer(experiment, name, version) {
      let remove = database
        .deleteFrom('scorers')
        .where('experiment', '=', experiment)
        .where('name', '=', name)
      if (version !== undefined) remove = remove.where('version', '=', version)
      const { numDeletedRows } = await remove.executeTakeFirst()
      if (numDeletedRows > 0n) return
      const shown = version === undefined ? name : `${name} (version ${version})`
      throw new TidemillError('not_found', { kind: 'scorer', name: shown })
    },
  }
}

function scorerOf(row: TrackingTables['scorers']): Scorer {
  return {
    experiment: row.experiment,
    name: row.name,
    version: row.version,
    id: row.id,
    body: row.scorer,
    createdAt: row.created_at,
  }
}
