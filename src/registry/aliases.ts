import type { Kysely } from 'kysely'
import { TidemillError, type AliasChange, type GateReport, type Model } from '#contract'
import type { Clock, Metadata } from '#store'
import { changeRecord, keepChange, lastChange } from './alias-changes.ts'
import { readEvidence, readGuard } from './guards.ts'
import { requireVersion } from './of-model.ts'
import { support } from './requests.ts'
import type { RegistryTables } from './tables.ts'

export interface AliasReason {
  readonly by: string
  readonly why: string
  /** The gate report that lets a guarded alias move. */
  readonly gate?: string
  /** Whether a person asks, whose voice counts where approvals are asked for. */
  readonly isPerson?: boolean
}

export interface AliasMove {
  readonly model: Model
  /** How it came to name the version; absent while persons have to approve that. */
  readonly change?: AliasChange
  /** Whether this call moved it; an alias that named the version before stays as it is. */
  readonly moved: boolean
  /** The request that the move is or was made by, where approvals are asked for. */
  readonly request?: { readonly id: string; readonly given: number; readonly needed: number }
}

/** Which version an alias names, and everything it named before. */
export interface Aliases {
  /** Moves it, or asks for the approvals that its policy wants; a guarded alias only with a gate of this very evidence. */
  setAlias(model: string, alias: string, version: number, reason: AliasReason): Promise<AliasMove>
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
    { by, why, gate, request }: AliasReason & { readonly request?: string },
  ): Promise<AliasChange> {
    const before = await namedBy(tx, name, alias)
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
    return keepChange(tx, clock, {
      model: name,
      alias,
      from_version: before ?? null,
      to_version: to ?? null,
      who: by,
      why,
      gate: gate ?? null,
      request: request ?? null,
    })
  }

  return {
    async setAlias(name, alias, version, reason) {
      const { by, why, gate, isPerson = false } = reason
      const done = await metadata.transaction<RegistryTables, Omit<AliasMove, 'model'>>(
        async (tx) => {
          const { hasConditions, approvals: needed } = await readGuard(tx, name, alias)
          await requireVersion(tx, name, version)
          const last = await lastChange(tx, name, alias)
          // Asked again, it must not forget what it named before: a rollback would lead nowhere.
          if (last && (await namedBy(tx, name, alias)) === version) {
            return { change: changeRecord(last), moved: false }
          }
          if (hasConditions) await requirePassedGate(tx, name, alias, version, reason)
          if (needed === 0) {
            return { change: await move(tx, name, alias, version, reason), moved: true }
          }
          const wish = { model: name, alias, version, by, why, isPerson }
          const given = gate === undefined ? wish : { ...wish, gate }
          const asked = await support(tx, clock, given, needed)
          const request = { id: asked.id, given: asked.given, needed }
          if (!asked.complete) return { request, moved: false }
          const own = { ...reason, why: asked.why, request: asked.id }
          const change = await move(tx, name, alias, version, own)
          return { change, request, moved: true }
        },
      )
      return { model: await model(name), ...done }
    },

    async rollback(name, alias, reason) {
      await model(name)
      const change = await metadata.transaction<RegistryTables, AliasChange>(async (tx) => {
        const last = await lastChange(tx, name, alias)
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
      metadata.transaction<RegistryTables, AliasChange>(async (tx) => {
        if ((await namedBy(tx, name, alias)) === undefined) {
          throw new TidemillError('not_found', { kind: `alias of ${name} called`, name: alias })
        }
        await requireReleasable(tx, name, [alias])
        return move(tx, name, alias, undefined, reason)
      }),

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

async function namedBy(tx: Transaction, model: string, alias: string) {
  const row = await tx
    .selectFrom('model_aliases')
    .select('version')
    .where('model', '=', model)
    .where('alias', '=', alias)
    .executeTakeFirst()
  return row?.version
}

/** Refuses that aliases stop naming what they name where naming something else would take persons or signatures. */
export async function requireReleasable(
  tx: Transaction,
  model: string,
  aliases: readonly string[],
): Promise<void> {
  for (const alias of aliases) {
    const { approvals, signed } = await readGuard(tx, model, alias)
    if (approvals === 0 && !signed) continue
    const problem = `The policy of ${model}@${alias} asks for approvals or signatures; point the alias at another version, or remove the policy first.`
    throw new TidemillError('conflict', { problem })
  }
}

/** A gate that looked at other evidence than there is now says nothing of this move. */
async function requirePassedGate(
  tx: Transaction,
  model: string,
  alias: string,
  version: number,
  { gate }: AliasReason,
): Promise<void> {
  const row =
    gate === undefined
      ? undefined
      : await tx
          .selectFrom('model_gate_reports')
          .select(['passed', 'report'])
          .where('id', '=', gate)
          .where('model', '=', model)
          .where('version', '=', version)
          .executeTakeFirst()
  const report = row && (JSON.parse(row.report) as GateReport)
  if (row?.passed === 1 && report?.evidence === (await readEvidence(tx, model, alias, version))) {
    return
  }
  const problem = !report
    ? 'it has no gate report.'
    : report.passed
      ? 'what its gate looked at has changed since.'
      : 'a requirement is not met.'
  throw new TidemillError('gate_refused', { model, version, problem })
}
