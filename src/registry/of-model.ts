import { sql, type Kysely } from 'kysely'
import { TidemillError } from '#contract'
import type { Metadata } from '#store'
import type { RegistryTables } from './tables.ts'

type Transaction = Kysely<RegistryTables>

/**
 * Writes what belongs to a model, or to a version of it, as one with the look whether that is there: of a model that somebody removes
 * or renames meanwhile nothing is left that the next one of its name would take over. Errors: `not_found`.
 */
export function ofModel<T>(
  metadata: Metadata,
  model: string,
  version: number | undefined,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return metadata.transaction<RegistryTables, T>(async (tx) => {
    if (version === undefined) await requireModel(tx, model)
    else await requireVersion(tx, model, version)
    return work(tx)
  })
}

async function requireModel(tx: Transaction, name: string): Promise<void> {
  const row = tx
    .selectFrom('models')
    .select(sql`1`.as('found'))
    .where('name', '=', name)
  await row.executeTakeFirstOrThrow(() => new TidemillError('not_found', { kind: 'model', name }))
}

export async function requireVersion(
  tx: Transaction,
  model: string,
  version: number,
): Promise<void> {
  const row = tx
    .selectFrom('model_versions')
    .select('version')
    .where('model', '=', model)
    .where('version', '=', version)
  const missing = { kind: 'model version', name: `${model}/${version}` }
  await row.executeTakeFirstOrThrow(() => new TidemillError('not_found', missing))
}
