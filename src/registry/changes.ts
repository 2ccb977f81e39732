import type { Kysely } from 'kysely'
import { newId, TidemillError, type AliasPolicy, type Model, type ModelVersion } from '#contract'
import { isUniqueViolation, type Clock, type Metadata } from '#store'
import { requireReleasable } from './aliases.ts'
import { readConsumers, readModel } from './guards.ts'
import type { RegistryTables } from './tables.ts'

/** What is changed of models and versions by hand: names, tags, descriptions, stages, and their end. */
export interface Changes {
  createModel(given: {
    readonly name: string
    readonly description?: string
    readonly tags?: Readonly<Record<string, string>>
  }): Promise<Model>
  describeModel(name: string, description: string): Promise<Model>
  renameModel(name: string, to: string): Promise<Model>
  /** Removes a model with its versions, aliases and evidence. */
  removeModel(name: string): Promise<void>
  setModelTag(name: string, key: string, value: string): Promise<void>
  removeModelTag(name: string, key: string): Promise<void>
  describeVersion(name: string, version: number, description: string): Promise<ModelVersion>
  /** Sets MLflow's stage; with `archive`, versions that were in it are archived. */
  setStage(name: string, version: number, stage: string, archive: boolean): Promise<ModelVersion>
  /** Removes a version, with the aliases that name it only for somebody who may move them; its number is not given again. */
  removeVersion(name: string, version: number, by: Remover): Promise<void>
  setVersionTag(name: string, version: number, key: string, value: string): Promise<void>
  removeVersionTag(name: string, version: number, key: string): Promise<void>
}

export interface Remover {
  readonly who: string
  /** Whether they may move aliases. */
  readonly mayPromote: boolean
}

export interface ChangesParts {
  readonly metadata: Metadata
  readonly clock: Clock
  readonly model: (name: string) => Promise<Model>
  readonly version: (name: string, version: number) => Promise<ModelVersion>
}

/** Tables whose rows belong to a model, children before it. */
const owned = [
  'model_tags',
  'model_version_tags',
  'model_aliases',
  'model_alias_changes',
  'model_gate_reports',
  'model_card_edits',
  'model_consumers',
  'model_requests',
  'model_signatures',
  'model_versions',
] as const

/** The stages that clients load models by. */
const loaded: readonly string[] = ['Staging', 'Production']

/** Tables whose rows belong to one version. */
const ownedByVersion = [
  'model_version_tags',
  'model_aliases',
  'model_signatures',
  'model_versions',
] as const

export function openChanges({ metadata, clock, model, version }: ChangesParts): Changes {
  const database = metadata.tables<RegistryTables>()
  const touch = (tx: Kysely<RegistryTables>, name: string) =>
    tx.updateTable('models').set({ updated_at: clock.now() }).where('name', '=', name).execute()

  async function changeVersion(
    name: string,
    number: number,
    change: { description: string },
  ): Promise<ModelVersion> {
    await version(name, number)
    await database
      .updateTable('model_versions')
      .set({ ...change, updated_at: clock.now() })
      .where('model', '=', name)
      .where('version', '=', number)
      .execute()
    await touch(database, name)
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

    async renameModel(name, to) {
      refuseGuarded(await model(name))
      try {
        await metadata.transaction<RegistryTables, void>(async (tx) => {
          const row = await tx
            .selectFrom('models')
            .selectAll()
            .where('name', '=', name)
            .executeTakeFirstOrThrow()
          await tx
            .insertInto('models')
            .values({ ...row, name: to, updated_at: clock.now() })
            .execute()
          for (const table of owned) {
            await tx.updateTable(table).set({ model: to }).where('model', '=', name).execute()
          }
          await tx.deleteFrom('models').where('name', '=', name).execute()
        })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new TidemillError('already_exists', { kind: 'model', name: to }, error)
      }
      return model(to)
    },

    async removeModel(name) {
      refuseGuarded(await model(name))
      await metadata.transaction<RegistryTables, void>(async (tx) => {
        await tx
          .deleteFrom('model_votes')
          .where(
            'request',
            'in',
            tx.selectFrom('model_requests').select('id').where('model', '=', name),
          )
          .execute()
        for (const table of owned) await tx.deleteFrom(table).where('model', '=', name).execute()
        await tx.deleteFrom('models').where('name', '=', name).execute()
      })
    },

    async setModelTag(name, key, value) {
      await model(name)
      await database
        .insertInto('model_tags')
        .values({ model: name, key, value })
        .onConflict((conflict) => conflict.columns(['model', 'key']).doUpdateSet({ value }))
        .execute()
      await touch(database, name)
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
      await version(name, number)
      await metadata.transaction<RegistryTables, void>(async (tx) => {
        if (loaded.includes(stage)) await requireUnguarded(tx, name, stage)
        const at = clock.now()
        const ofModel = tx.updateTable('model_versions').where('model', '=', name)
        if (archive) {
          await ofModel
            .set({ stage: 'Archived', updated_at: at })
            .where('stage', '=', stage)
            .where('version', '!=', number)
            .execute()
        }
        await ofModel.set({ stage, updated_at: at }).where('version', '=', number).execute()
        await touch(tx, name)
      })
      return version(name, number)
    },

    async removeVersion(name, number, { who, mayPromote }) {
      await version(name, number)
      await metadata.transaction<RegistryTables, void>(async (tx) => {
        const named = await tx
          .selectFrom('model_aliases')
          .select('alias')
          .where('model', '=', name)
          .where('version', '=', number)
          .orderBy('alias')
          .execute()
        const aliases = named.map(({ alias }) => alias)
        if (aliases.length > 0 && !mayPromote) {
          const problem = `Version ${number} of ${name} is its ${aliases.join(', ')}; whoever may promote has to move the alias first.`
          throw new TidemillError('conflict', { problem })
        }
        await requireReleasable(tx, name, aliases)
        const at = clock.now()
        const gone = { model: name, from_version: number, to_version: null, who, at }
        const rows = aliases.map((alias) => ({
          ...gone,
          id: newId(at),
          alias,
          why: `version ${number} was removed`,
          gate: null,
          request: null,
        }))
        if (rows.length > 0) await tx.insertInto('model_alias_changes').values(rows).execute()
        for (const table of ownedByVersion) {
          await tx
            .deleteFrom(table)
            .where('model', '=', name)
            .where('version', '=', number)
            .execute()
        }
        await touch(tx, name)
      })
    },

    async setVersionTag(name, number, key, value) {
      await version(name, number)
      await database
        .insertInto('model_version_tags')
        .values({ model: name, version: number, key, value })
        .onConflict((conflict) =>
          conflict.columns(['model', 'version', 'key']).doUpdateSet({ value }),
        )
        .execute()
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

function isGuarding(policy: AliasPolicy | undefined): boolean {
  return policy?.signed === true || (policy?.approvals ?? 0) > 0
}

/** A model that goes, or leaves its name to another, would take its policies along. */
function refuseGuarded({ name, policies }: Model): void {
  const alias = Object.keys(policies).find((each) => isGuarding(policies[each]))
  if (alias === undefined) return
  const problem = `The policy of ${name}@${alias} asks for approvals or signatures; remove the policy first.`
  throw new TidemillError('conflict', { problem })
}
