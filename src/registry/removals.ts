import type { Kysely } from 'kysely'
import { TidemillError, type ModelRemoval } from '#contract'
import type { Clock, Metadata } from '#store'
import { keepChange } from './alias-changes.ts'
import { requireReleasable } from './aliases.ts'
import { keepName } from './names.ts'
import { ofModel } from './of-model.ts'
import { ownedByModel, ownedByVersion } from './owned.ts'
import { takeModel } from './refuse-guarded.ts'
import type { RegistryTables } from './tables.ts'

/** The end of models and versions. What goes with them is told; with `dry` it is only told, after the same refusals. */
export interface Removals {
  /** Removes a model with its versions, aliases and evidence. */
  removeModel(name: string, by: Remover): Promise<ModelRemoval>
  /** Removes a version, with the aliases that name it; its number is not given again, its gates stay as evidence. */
  removeVersion(name: string, version: number, by: Remover): Promise<ModelRemoval>
}

export interface Remover {
  readonly who: string
  /** Whether they may move aliases; what an alias names goes for nobody else. */
  readonly mayPromote: boolean
  readonly dry?: boolean
}

type Transaction = Kysely<RegistryTables>

export function openRemovals(metadata: Metadata, clock: Clock): Removals {
  return {
    async removeModel(name, { mayPromote, dry = false }) {
      return metadata.transaction<RegistryTables, ModelRemoval>(async (tx) => {
        const row = await takeModel(tx, name)
        const going = await whatGoes(tx, name)
        if (!mayPromote) refuseNamed(name, going.aliases)
        if (dry) return { ...going, dry }
        const asked = tx.selectFrom('model_requests').select('id').where('model', '=', name)
        await tx.deleteFrom('model_votes').where('request', 'in', asked).execute()
        for (const table of ownedByModel) {
          await tx.deleteFrom(table).where('model', '=', name).execute()
        }
        await tx.deleteFrom('models').where('name', '=', name).execute()
        // The next model with the name is another.
        await keepName(tx, row, name, clock.now())
        return { ...going, dry }
      })
    },

    async removeVersion(name, number, { who, mayPromote, dry = false }) {
      return ofModel(metadata, name, number, async (tx) => {
        const going = await whatGoes(tx, name, number)
        if (!mayPromote) refuseNamed(`version ${number} of ${name}`, going.aliases)
        await requireReleasable(tx, name, going.aliases)
        if (dry) return { ...going, dry }
        for (const alias of going.aliases) {
          await keepChange(tx, clock, {
            ...{ model: name, alias, from_version: number, to_version: null, who },
            ...{ why: `version ${number} was removed`, gate: null, request: null },
          })
        }
        for (const table of ownedByVersion) {
          const rows = tx.deleteFrom(table).where('model', '=', name)
          await rows.where('version', '=', number).execute()
        }
        await tx
          .updateTable('models')
          .set({ updated_at: clock.now() })
          .where('name', '=', name)
          .execute()
        return { ...going, dry }
      })
    },
  }
}

function refuseNamed(what: string, aliases: readonly string[]): void {
  if (aliases.length === 0) return
  const problem = `The aliases ${aliases.join(', ')} name ${what}; whoever may promote has to take them away first.`
  throw new TidemillError('conflict', { problem })
}

/** What would no longer be there. */
async function whatGoes(
  tx: Transaction,
  model: string,
  version?: number,
): Promise<Omit<ModelRemoval, 'dry'>> {
  const of = version === undefined ? { model } : { model, version }
  const versions = await tx
    .selectFrom('model_versions')
    .select('version')
    .where((each) => each.and(of))
    .orderBy('version')
    .execute()
  const aliases = await tx
    .selectFrom('model_aliases')
    .select('alias')
    .where((each) => each.and(of))
    .orderBy('alias')
    .execute()
  const signatures = await tx
    .selectFrom('model_signatures')
    .select('version')
    .where((each) => each.and(of))
    .execute()
  const consumers =
    version === undefined
      ? await tx
          .selectFrom('model_consumers')
          .select('name')
          .where('model', '=', model)
          .orderBy('name')
          .execute()
      : []
  return {
    model,
    versions: versions.map((each) => each.version),
    aliases: aliases.map((each) => each.alias),
    consumers: consumers.map((each) => each.name),
    signatures: signatures.length,
  }
}
