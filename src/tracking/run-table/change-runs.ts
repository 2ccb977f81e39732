import { TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import { among } from '../among.ts'
import { checkKey, nameTag, refuseNameless } from '../names.ts'
import type { TrackingTables } from '../tables.ts'

export interface RunsChange {
  /** null clears. */
  readonly tags?: Readonly<Record<string, string | null>>
  readonly removed?: boolean
}

/** Changes many runs in one transaction; a number that no run has refuses them all. */
export async function changeRuns(
  metadata: Metadata,
  clock: Clock,
  rows: readonly number[],
  { tags = {}, removed }: RunsChange,
): Promise<number> {
  const { dialect } = metadata
  const wanted = [...new Set(rows)]
  const entries = Object.entries(tags).map(([key, value]) => [checkKey('tag', key), value] as const)
  return metadata.transaction<TrackingTables, number>(async (tx) => {
    const found = await tx
      .selectFrom('runs')
      .select(['id', 'number'])
      .where(among('number', wanted, dialect))
      .execute()
    if (found.length < wanted.length) {
      const known = new Set(found.map(({ number }) => number))
      const missing = wanted.find((row) => !known.has(row))
      throw new TidemillError('not_found', { kind: 'run with the number', name: String(missing) })
    }
    const ids = found.map(({ id }) => id)
    for (const [key, value] of entries) {
      if (key === nameTag) {
        if (value === null) refuseNameless(key)
        else
          await tx
            .updateTable('runs')
            .set({ name: value })
            .where(among('id', ids, dialect))
            .execute()
      }
      await tx
        .deleteFrom('run_tags')
        .where('key', '=', key)
        .where(among('run', ids, dialect))
        .execute()
      if (value === null) continue
      for (let start = 0; start < ids.length; start += 500) {
        const part = ids.slice(start, start + 500)
        await tx
          .insertInto('run_tags')
          .values(part.map((run) => ({ run, key, value })))
          .execute()
      }
    }
    if (removed !== undefined) {
      await tx
        .updateTable('runs')
        .set({ removed_at: removed ? clock.now() : null })
        .where(among('number', wanted, dialect))
        .where('removed_at', removed ? 'is' : 'is not', null)
        .execute()
    }
    return found.length
  })
}
