import type { RunSource } from '#contract'
import type { Metadata } from '#store'
import type { TrackingTables } from './tables.ts'

/** What of a run may be run again for what somebody wrote into it. */
export type RerunTrust = NonNullable<RunSource['rerun']>

const rank: Readonly<Record<RerunTrust, number>> = { none: 0, stages: 1, commands: 2 }

/**
 * Brings what may be run of a run down to what somebody is trusted with who writes params into it; never up. It is to be done before
 * the params are there: whoever reads a param reads the mark that goes with it.
 */
export async function lowerTrust(
  metadata: Metadata,
  run: { readonly id: string; readonly source: string },
  trust: RerunTrust,
): Promise<void> {
  const database = metadata.tables<TrackingTables>()
  for (let text: string | undefined = run.source; text !== undefined;) {
    const source = JSON.parse(text) as RunSource
    // Of a run from before there were marks an admin decides, unless somebody is not trusted at all.
    if (rank[source.rerun ?? 'stages'] <= rank[trust]) return
    const { numUpdatedRows } = await database
      .updateTable('runs')
      .set({ source: JSON.stringify({ ...source, rerun: trust }) })
      .where('id', '=', run.id)
      .where('source', '=', text)
      .executeTakeFirst()
    if (numUpdatedRows > 0n) return
    const found = await database
      .selectFrom('runs')
      .select('source')
      .where('id', '=', run.id)
      .executeTakeFirst()
    text = found?.source
  }
}
