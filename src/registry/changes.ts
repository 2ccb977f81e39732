import { sql, type Kysely } from 'kysely'
import { TidemillError, type Model, type ModelVersion } from '#contract'
import { isUniqueViolation, type Clock, type Metadata } from '#store'
import { readConsumers, readModel } from './guards.ts'
import { keepName } from './names.ts'
import { ownedByModel } from './owned.ts'
import { ofModel } from './of-model.ts'
import { isGuarding, takeModel } from './refuse-guarded.ts'
import type { RegistryTables } from './tables.ts'

/** What is changed of models and versions by hand: names, tags, descriptions and stages. */
export interface Changes {
  createModel(given: {
    readonly name: string
    readonly description?: string
    readonly tags?: Readonly<Record<string, string>>
  }): Promise<Model>
  describeModel(name: string, description: string): Promise<Model>
  /** Signatures go on counting, which takes somebody who may say whose do. What is done alongside is done with it or not at all. */
  renameModel(
    name: string,
    to: string,
    by: { readonly mayGuard: boolean },
    alongside?: (tx: Kysely<RegistryTables>) => Promise<void>,
  ): Promise<Model>
  setModelTag(name: string, key: string, value: string): Promise<void>
  removeModelTag(name: string, key: string): Promise<void>
  describeVersion(name: string, version: number, description: string): Promise<ModelVersion>
  /** Sets MLflow's stage; with `archive`, versions that were in it are archived. */
  setStage(name: string, version: number, stage: string, archive: boolean): Promise<ModelVersion>
  setVersionTag(name: string, version: number, key: string, value: string): Promise<void>
  removeVersionTag(name: string, version: number, key: string): Promise<void>
}

export interface ChangesParts {
  readonly metadata: Metadata
  readonly clock: Clock
  readonly model: (name: string) => Promise<Model>
  readonly version: (name: string, version: number) => Promise<ModelVersion>
}

/** The stages that clients load models by. */
const loaded: readonly string[] = ['Staging', 'Production']

export function openChanges({ metadata, clock, model, version }: ChangesParts): Changes {
  const database = metadata.tables<RegistryTables>()
  const touch = (tx: Kysely<RegistryTables>, name: string) =>
    tx.updateTable('models').set({ updated_at: clock.now() }).where('name', '=', name).execute()

  async function changeVersion(
    name: string,
    number: number,
    change: { description: string },
  ): Promise<ModelVersion> {
    await ofModel(metadata, name, number, async (tx) => {
      await tx
        .updateTable('model_versions')
        .set({ ...change, updated_at: clock.now() })
        .where('model', '=', name)
        .where('version', '=', number)
        .execute()
      await touch(tx, name)
    })
    return version(name, number)
  }

  return {
    async createModel({ name, description = '', tags = {} }) {
      const now = clock.now()
      const rows = Object.entries(tags).map(([key, value]) => ({ model: name, key, value }))
      try {
        await metadata.transaction<RegistryTables, void>(async (tx) => {
          const times = { created_at: now, updated_at: now, last_version: 0 }
          await tx
            .insertInto('models')
            .values({ name, description, requirements: '[]', policies: '{}', ...times })
            .execute()
          if (rows.length > 0) await tx.insertInto('model_tags').values(rows).execute()
        })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new TidemillError('already_exists', { kind: 'model', name }, error)
      }
      return model(name)
    },

    async describeModel(name, description) {
      await model(name)
      await database
        .updateTable('models')
        .set({ description, updated_at: clock.now() })
        .where('name', '=', name)
        .execute()
      return model(name)
    },

    async renameModel(name, to, { mayGuard }, alongside) {
      try {
        await metadata.transaction<RegistryTables, void>(async (tx) => {
          const row = await takeModel(tx, name)
          await keepSignedName(tx, name, mayGuard)
          await tx
            .insertInto('models')
            .values({ ...row, name: to, updated_at: clock.now() })
            .execute()
          for (const table of ownedByModel) {
            await tx.updateTable(table).set({ model: to }).where('model', '=', name).execute()
          }
          await tx.deleteFrom('models').where('name', '=', name).execute()
          await keepName(tx, row, to, clock.now())
          await alongside?.(tx)
        })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new TidemillError('already_exists', { kind: 'model', name: to }, error)
      }
      return model(to)
    },

    async setModelTag(name, key, value) {
      await ofModel(metadata, name, undefined, async (tx) => {
        await tx
          .insertInto('model_tags')
          .values({ model: name, key, value })
          .onConflict((conflict) => conflict.columns(['model', 'key']).doUpdateSet({ value }))
          .execute()
        await touch(tx, name)
      })
    },

    async removeModelTag(name, key) {
      await model(name)
      await database
        .deleteFrom('model_tags')
        .where('model', '=', name)
        .where('key', '=', key)
        .execute()
    },

    describeVersion: (name, number, description) => changeVersion(name, number, { description }),

    async setStage(name, number, stage, archive) {
      await ofModel(metadata, name, number, async (tx) => {
        if (loaded.includes(stage)) await requireUnguarded(tx, name, stage)
        const at = clock.now()
        const versions = tx.updateTable('model_versions').where('model', '=', name)
        if (archive) {
          await versions
            .set({ stage: 'Archived', updated_at: at })
            .where('stage', '=', stage)
            .where('version', '!=', number)
            .execute()
        }
        await versions.set({ stage, updated_at: at }).where('version', '=', number).execute()
        await touch(tx, name)
      })
      return version(name, number)
    },

    async setVersionTag(name, number, key, value) {
      await ofModel(metadata, name, number, (tx) =>
        tx
          .insertInto('model_version_tags')
          .values({ model: name, version: number, key, value })
          .onConflict((conflict) =>
            conflict.columns(['model', 'version', 'key']).doUpdateSet({ value }),
          )
          .execute(),
      )
    },

    async removeVersionTag(name, number, key) {
      await version(name, number)
      await database
        .deleteFrom('model_version_tags')
        .where('model', '=', name)
        .where('version', '=', number)
        .where('key', '=', key)
        .execute()
    },
  }
}

/** A stage knows neither gate nor approvals, and clients load by it as by an alias: where aliases are guarded it would go round them. */
async function requireUnguarded(
  tx: Kysely<RegistryTables>,
  model: string,
  stage: string,
): Promise<void> {
  const { policies, requirements } = await readModel(tx, model)
  const isGuarded =
    requirements.length > 0 ||
    Object.values(policies).some(isGuarding) ||
    (await readConsumers(tx, model)).length > 0
  if (!isGuarded) return
  const problem = `What ${model}'s aliases name has to meet requirements, which the stage ${stage} does not look at; point an alias at the version instead.`
  throw new TidemillError('conflict', { problem })
}

/** A signature is of the files of a model by its name; under another it goes on counting as what it was given for. */
async function keepSignedName(
  tx: Kysely<RegistryTables>,
  model: string,
  mayGuard: boolean,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('model_signatures')
    .set((each) => ({ signed_as: sql<string>`coalesce(${each.ref('signed_as')}, ${model})` }))
    .where('model', '=', model)
    .executeTakeFirst()
  if (numUpdatedRows === 0n || mayGuard) return
  const problem = `Versions of ${model} are signed under that name; whoever may trust keys has to rename it.`
  throw new TidemillError('conflict', { problem })
}
