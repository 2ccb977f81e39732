import type { Kysely, Selectable } from 'kysely'
import { newId, TidemillError, type Decision } from '#contract'
import type { Clock, Metadata } from '#store'
import type { Verdict } from './decide.ts'
import type { OperationsTables } from './tables.ts'

/** What policies decided and what came of it. */
export interface Decisions {
  /** With the job that follows from a due one, which `addJob` puts into the queue in the same transaction. */
  record(
    policy: string,
    model: string,
    verdict: Verdict,
    addJob: (tx: Kysely<OperationsTables>, decision: string) => Promise<string>,
  ): Promise<Decision>
  update(id: string, change: DecisionChange): Promise<Decision>
  /** Those that are due and have come to no end, nor to a version that waits for a person. */
  underWay(): Promise<readonly Decision[]>
  /** Newest first. */
  list(policy: string, limit?: number): Promise<readonly Decision[]>
  get(id: string): Promise<Decision>
  /** The newest that was due and came to an end of its own, one that waits for a person among them; and those due since, newest first. */
  recentlyDue(
    policy: string,
  ): Promise<{ readonly concluded?: Decision; readonly since: readonly Decision[] }>
}

export type DecisionChange = Partial<
  Pick<Decision, 'state' | 'outcome' | 'job' | 'challenger' | 'champion' | 'endedAt'>
>

/** More failures one after the other make no longer pause. */
const mostRecent = 50

/** Whether it came to an end of its own, one that waits for a person among them. */
export function isConcluded({ state, challenger }: Decision): boolean {
  return state === 'waiting'
    ? challenger !== undefined
    : ['promoted', 'refused', 'unchanged'].includes(state)
}

export function openDecisions(metadata: Metadata, clock: Clock): Decisions {
  const database = metadata.tables<OperationsTables>()

  async function get(id: string): Promise<Decision> {
    const row = await database
      .selectFrom('operations_decisions')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'decision', name: id })
    return record(row)
  }

  return {
    get,

    record: (policy, model, verdict, addJob) =>
      metadata.transaction<OperationsTables, Decision>(async (tx) => {
        const id = newId(clock.now())
        const row = {
          id,
          policy,
          model,
          decided_at: clock.now(),
          due: verdict.due ? 1 : 0,
          reasons: JSON.stringify(verdict.reasons),
          state: verdict.due ? 'waiting' : 'not_due',
          outcome: null,
          job: verdict.due ? await addJob(tx, id) : null,
          challenger: null,
          champion: null,
          ended_at: null,
        }
        await tx.insertInto('operations_decisions').values(row).execute()
        return record(row)
      }),

    async update(id, change) {
      const set = {
        ...(change.state === undefined ? {} : { state: change.state }),
        ...(change.outcome === undefined ? {} : { outcome: change.outcome }),
        ...(change.job === undefined ? {} : { job: change.job }),
        ...(change.challenger === undefined ? {} : { challenger: change.challenger }),
        ...(change.champion === undefined ? {} : { champion: change.champion }),
        ...(change.endedAt === undefined ? {} : { ended_at: change.endedAt }),
      }
      await database.updateTable('operations_decisions').set(set).where('id', '=', id).execute()
      return get(id)
    },

    async list(policy, limit = 100) {
      const rows = await database
        .selectFrom('operations_decisions')
        .selectAll()
        .where('policy', '=', policy)
        .orderBy('decided_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(record)
    },

    async underWay() {
      const rows = await database
        .selectFrom('operations_decisions')
        .selectAll()
        .where('state', 'in', ['waiting', 'running'])
        .where((either) =>
          either.or([either('state', '=', 'running'), either('challenger', 'is', null)]),
        )
        .orderBy('id')
        .execute()
      return rows.map(record)
    },

    async recentlyDue(policy) {
      const rows = await database
        .selectFrom('operations_decisions')
        .selectAll()
        .where('policy', '=', policy)
        .where('due', '=', 1)
        .orderBy('decided_at', 'desc')
        .orderBy('id', 'desc')
        .limit(mostRecent)
        .execute()
      const decisions = rows.map(record)
      const at = decisions.findIndex(isConcluded)
      const concluded = decisions[at]
      return {
        ...(concluded ? { concluded } : {}),
        since: at === -1 ? decisions : decisions.slice(0, at),
      }
    },
  }
}

function record(row: Selectable<OperationsTables['operations_decisions']>): Decision {
  return {
    id: row.id,
    policy: row.policy,
    model: row.model,
    time: row.decided_at,
    due: row.due === 1,
    reasons: JSON.parse(row.reasons) as Decision['reasons'],
    state: row.state as Decision['state'],
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    ...(row.job === null ? {} : { job: row.job }),
    ...(row.challenger === null ? {} : { challenger: row.challenger }),
    ...(row.champion === null ? {} : { champion: row.champion }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  }
}
