import { sql, type Kysely, type Selectable } from 'kysely'
import { newId, type AliasChange } from '#contract'
import type { Clock } from '#store'
import type { RegistryTables } from './tables.ts'

type Transaction = Kysely<RegistryTables>
type ChangeRow = Selectable<RegistryTables['model_alias_changes']>

/**
 * Writes that an alias names something else now. The way back is the newest change, by its identifier: each of a model is later than
 * the one before it, also within a millisecond and from a server whose clock is behind.
 */
export async function keepChange(
  tx: Transaction,
  clock: Clock,
  change: Omit<ChangeRow, 'id' | 'at'>,
): Promise<AliasChange> {
  const { latest } = await tx
    .selectFrom('model_alias_changes')
    .select((select) => select.fn.max('at').as('latest'))
    .where('model', '=', change.model)
    .executeTakeFirstOrThrow()
  const at = Math.max(clock.now(), Number(latest ?? 0) + 1)
  const row = { ...change, id: newId(at), at }
  await tx.insertInto('model_alias_changes').values(row).execute()
  return changeRecord(row)
}

/** The newest change of an alias from one version to another. */
export function lastChange(
  tx: Transaction,
  model: string,
  alias: string,
): Promise<ChangeRow | undefined> {
  return tx
    .selectFrom('model_alias_changes')
    .selectAll()
    .where('model', '=', model)
    .where('alias', '=', alias)
    .where(sql<boolean>`coalesce(from_version, 0) <> coalesce(to_version, 0)`)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export function changeRecord(row: ChangeRow): AliasChange {
  return {
    alias: row.alias,
    ...(row.from_version === null ? {} : { from: row.from_version }),
    ...(row.to_version === null ? {} : { to: row.to_version }),
    who: row.who,
    when: row.at,
    why: row.why,
    ...(row.gate === null ? {} : { gate: row.gate }),
    ...(row.request === null ? {} : { request: row.request }),
  }
}
