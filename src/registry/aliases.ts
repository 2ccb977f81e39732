import type { Kysely, Selectable } from 'kysely'
import { newId, TidemillError, type AliasChange, type Model } from '#contract'
import type { Clock, Metadata } from '#store'
import type { RegistryTables } from './tables.ts'

/** Aliases that only a version with a passed gate may take. */
export const guardedAliases: readonly string[] = ['champion']

export interface AliasReason {
  readonly by: string
  readonly why: string
  /** The gate report that lets a guarded alias move. */
  readonly gate?: string
}

/** Which version an alias names, and everything it named before. */
export interface Aliases {
  setAlias(
    model: string,
    alias: string,
    version: number,
    reason: AliasReason,
  ): Promise<{ readonly model: Model; readonly change: AliasChange }>
  /** Points an alias back at what it named before its last change. */
  rollback(
    model: string,
    alias: string,
    reason: AliasReason,
  ): Promise<{ readonly model: Model; readonly change: AliasChange }>
  removeAlias(model: string, alias: string, reason: AliasReason): Promise<AliasChange>
  history(model: string): Promise<readonly AliasChange[]>
}

interface AliasParts {
  readonly metadata: Metadata
  readonly clock: Clock
  readonly model: (name: string) => Promise<Model>
}

type Transaction = Kysely<RegistryTables>

export function openAliases({ metadata, clock, model }: AliasParts): Aliases {
  const database = metadata.tables<RegistryTables>()

  /** Moves the alias and writes its history in one transaction. */
  async function move(
    tx: Transaction,
    name: string,
    alias: string,
    to: number | undefined,
    { by, why, gate }: AliasReason,
  ): Promise<AliasChange> {
    const before = await tx
      .selectFrom('model_aliases')
      .select('version')
      .where('model', '=', name)
      .where('alias', '=', alias)
      .executeTakeFirst()
    if (to === undefined) {
      await tx
        .deleteFrom('model_aliases')
        .where('model', '=', name)
        .where('alias', '=', alias)
        .execute()
    } else {
      await requireVersion(tx, name, to)
      await tx
        .insertInto('model_aliases')
        .values({ model: name, alias, version: to })
        .onConflict((conflict) => conflict.columns(['model', 'alias']).doUpdateSet({ version: to }))
        .execute()
    }
    const row = {
      id: newId(clock.now()),
      model: name,
      alias,
      from_version: before?.version ?? null,
      to_version: to ?? null,
      who: by,
      at: clock.now(),
      why,
      gate: gate ?? null,
    }
    await tx.insertInto('model_alias_changes').values(row).execute()
    return changeRecord(row)
  }

  return {
    async setAlias(name, alias, version, reason) {
      const { requirements } = await model(name)
      const change = await metadata.transaction<RegistryTables, AliasChange>(async (tx) => {
        // A model nobody asks anything of has nothing to show.
        const isGuarded = guardedAliases.includes(alias) && requirements.length > 0
        if (isGuarded) await requirePassedGate(tx, name, version, reason)
        return move(tx, name, alias, version, reason)
      })
      return { model: await model(name), change }
    },

    async rollback(name, alias, reason) {
      await model(name)
      const change = await metadata.transaction<RegistryTables, AliasChange>(async (tx) => {
        const last = await tx
          .selectFrom('model_alias_changes')
          .selectAll()
          .where('model', '=', name)
          .where('alias', '=', alias)
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst()
        if (last?.from_version == null) {
          throw new TidemillError('conflict', {
            problem: `${name}@${alias} named nothing before; there is nothing to go back to.`,
          })
        }
        // What it named before had its gate then; the way back is always open.
        return move(tx, name, alias, last.from_version, reason)
      })
      return { model: await model(name), change }
    },

    removeAlias: (name, alias, reason) =>
      metadata.transaction<RegistryTables, AliasChange>((tx) =>
        move(tx, name, alias, undefined, reason),
      ),

    async history(name) {
      const rows = await database
        .selectFrom('model_alias_changes')
        .selectAll()
        .where('model', '=', name)
        .orderBy('id', 'desc')
        .execute()
      return rows.map(changeRecord)
    },
  }
}

async function requireVersion(tx: Transaction, model: string, version: number): Promise<void> {
  const found = await tx
    .selectFrom('model_versions')
    .select('version')
    .where('model', '=', model)
    .where('version', '=', version)
    .executeTakeFirst()
  if (!found)
    throw new TidemillError('not_found', { kind: 'model version', name: `${model}/${version}` })
}

async function requirePassedGate(
  tx: Transaction,
  model: string,
  version: number,
  { gate }: AliasReason,
): Promise<void> {
  const report =
    gate === undefined
      ? undefined
      : await tx
          .selectFrom('model_gate_reports')
          .select('passed')
          .where('id', '=', gate)
          .where('model', '=', model)
          .where('version', '=', version)
          .executeTakeFirst()
  if (report?.passed === 1) return
  const problem = report ? 'a requirement is not met.' : 'it has no gate report.'
  throw new TidemillError('gate_refused', { model, version, problem })
}

function changeRecord(row: Selectable<RegistryTables['model_alias_changes']>): AliasChange {
  return {
    alias: row.alias,
    ...(row.from_version === null ? {} : { from: row.from_version }),
    ...(row.to_version === null ? {} : { to: row.to_version }),
    who: row.who,
    when: row.at,
    why: row.why,
    ...(row.gate === null ? {} : { gate: row.gate }),
  }
}
