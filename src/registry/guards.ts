import { createHash } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import {
  TidemillError,
  type AliasPolicy,
  type Consumer,
  type ConsumerContract,
  type Manifest,
  type Requirement,
} from '#contract'
import type { Clock, Metadata } from '#store'
import { ofModel } from './of-model.ts'
import type { RegistryTables } from './tables.ts'

/** The alias that a model's requirements guard unless a policy says otherwise. */
const championAlias = 'champion'

/** All that a version must show before an alias names it. */
export interface Guard {
  readonly requirements: readonly Requirement[]
  readonly consumers: readonly Consumer[]
  readonly signed: boolean
  readonly approvals: number
  /** Whether there is anything to look at. */
  readonly hasConditions: boolean
}

/** What stands between a version and an alias: requirements, those who rely on it, and the alias's policy. */
export interface Guards {
  guardOf(model: string, alias: string): Promise<Guard>
  /** A digest of all that a decision on this move is made from; another one when any of it changes. */
  evidenceOf(model: string, alias: string, version: number): Promise<string>
  setPolicy(model: string, alias: string, policy: AliasPolicy): Promise<void>
  consumers(model: string): Promise<readonly Consumer[]>
  setConsumer(consumer: Omit<Consumer, 'declaredAt'>): Promise<Consumer>
  removeConsumer(model: string, name: string): Promise<void>
}

type Transaction = Kysely<RegistryTables>

export function openGuards(metadata: Metadata, clock: Clock): Guards {
  const database = metadata.tables<RegistryTables>()
  return {
    guardOf: (model, alias) => readGuard(database, model, alias),
    evidenceOf: (model, alias, version) => readEvidence(database, model, alias, version),

    async setPolicy(model, alias, policy) {
      await metadata.transaction<RegistryTables, void>(async (tx) => {
        const policies = await readPolicies(tx, model)
        const isEmpty = Object.values(policy).every((each) => each === undefined)
        const { [alias]: _, ...others } = policies
        const next = isEmpty ? others : { ...others, [alias]: policy }
        await tx
          .updateTable('models')
          .set({ policies: JSON.stringify(next), updated_at: clock.now() })
          .where('name', '=', model)
          .execute()
      })
    },

    async consumers(model) {
      await readPolicies(database, model)
      return readConsumers(database, model)
    },

    async setConsumer({ model, name, alias, contract, declaredBy, fromFile }) {
      const row = {
        alias,
        contract: JSON.stringify(contract),
        declared_by: declaredBy,
        declared_at: clock.now(),
        from_file: fromFile ? 1 : 0,
      }
      await ofModel(metadata, model, undefined, (tx) =>
        tx
          .insertInto('model_consumers')
          .values({ model, name, ...row })
          .onConflict((conflict) => conflict.columns(['model', 'name']).doUpdateSet(row))
          .execute(),
      )
      return consumerRecord({ model, name, ...row })
    },

    async removeConsumer(model, name) {
      const { numDeletedRows } = await database
        .deleteFrom('model_consumers')
        .where('model', '=', model)
        .where('name', '=', name)
        .executeTakeFirst()
      if (Number(numDeletedRows) === 0) {
        throw new TidemillError('not_found', { kind: `consumer of ${model} called`, name })
      }
    },
  }
}

export async function readGuard(tx: Transaction, model: string, alias: string): Promise<Guard> {
  const row = await readModel(tx, model)
  const policy = row.policies[alias] ?? {}
  const { gate = alias === championAlias, approvals = 0, signed = false } = policy
  const requirements = gate ? row.requirements : []
  const consumers = (await readConsumers(tx, model)).filter((each) => each.alias === alias)
  return {
    requirements,
    consumers,
    signed,
    approvals,
    hasConditions: requirements.length > 0 || consumers.length > 0 || signed,
  }
}

/** The digest of what a version would take an alias on: its files, who signed them, what is asked, and whom it would replace. */
export async function readEvidence(
  tx: Transaction,
  model: string,
  alias: string,
  version: number,
): Promise<string> {
  const { requirements, consumers, signed, approvals } = await readGuard(tx, model, alias)
  const of = await tx
    .selectFrom('model_versions')
    .select(['digest', 'manifest'])
    .where('model', '=', model)
    .where('version', '=', version)
    .executeTakeFirst()
  if (!of)
    throw new TidemillError('not_found', { kind: 'model version', name: `${model}/${version}` })
  const named = await tx
    .selectFrom('model_aliases')
    .select('version')
    .where('model', '=', model)
    .where('alias', '=', alias)
    .executeTakeFirst()
  const keys = await tx
    .selectFrom('model_signatures')
    .innerJoin('model_keys', 'model_keys.id', 'model_signatures.key')
    .select('key')
    .where('model', '=', model)
    .where('version', '=', version)
    .where('revoked_at', 'is', null)
    .orderBy('key')
    .execute()
  const manifest = of.manifest === null ? of.digest : (JSON.parse(of.manifest) as Manifest).digest
  const facts = {
    version,
    manifest,
    replaces: named?.version ?? null,
    requirements,
    consumers: consumers.map((each) => [each.name, each.contract]),
    signed: signed && keys.map((each) => each.key),
    approvals,
  }
  return `sha256:${createHash('sha256').update(JSON.stringify(facts)).digest('hex')}`
}

export async function readModel(
  tx: Transaction,
  model: string,
): Promise<{
  readonly requirements: readonly Requirement[]
  readonly policies: Readonly<Record<string, AliasPolicy>>
}> {
  const row = await tx
    .selectFrom('models')
    .select(['requirements', 'policies'])
    .where('name', '=', model)
    .executeTakeFirst()
  if (!row) throw new TidemillError('not_found', { kind: 'model', name: model })
  return {
    requirements: JSON.parse(row.requirements) as Requirement[],
    policies: JSON.parse(row.policies) as Record<string, AliasPolicy>,
  }
}

async function readPolicies(
  tx: Transaction,
  model: string,
): Promise<Readonly<Record<string, AliasPolicy>>> {
  return (await readModel(tx, model)).policies
}

export async function readConsumers(tx: Transaction, model: string): Promise<readonly Consumer[]> {
  const rows = await tx
    .selectFrom('model_consumers')
    .selectAll()
    .where('model', '=', model)
    .orderBy('name')
    .execute()
  return rows.map(consumerRecord)
}

function consumerRecord(row: Selectable<RegistryTables['model_consumers']>): Consumer {
  return {
    name: row.name,
    model: row.model,
    alias: row.alias,
    contract: JSON.parse(row.contract) as ConsumerContract,
    declaredBy: row.declared_by,
    declaredAt: row.declared_at,
    fromFile: row.from_file === 1,
  }
}
