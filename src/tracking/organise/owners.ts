import type { Metadata } from '#store'
import { among } from '../among.ts'
import type { TrackingTables } from '../tables.ts'

export interface Owners {
  /** The experiments that runs, logged models and traces are in, by identifier; what is not there is not in it. */
  experimentsOf(owners: readonly string[]): Promise<ReadonlyMap<string, string>>
}

export function openOwners(metadata: Metadata): Owners {
  const database = metadata.tables<TrackingTables>()
  return {
    async experimentsOf(owners) {
      if (owners.length === 0) return new Map()
      const rows = await Promise.all(
        (['runs', 'logged_models', 'traces'] as const).map((table) =>
          database
            .selectFrom(table)
            .select(['id', 'experiment'])
            .where(among('id', owners, metadata.dialect))
            .execute(),
        ),
      )
      return new Map(rows.flat().map(({ id, experiment }) => [id, experiment]))
    },
  }
}
