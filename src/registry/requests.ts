import { sql, type Kysely, type RawBuilder, type Selectable } from 'kysely'
import { newId, TidemillError, type AliasRequest, type Vote } from '#contract'
import type { Clock, Metadata } from '#store'
import { among } from '#tracking'
import { readEvidence, readGuard, type Guard } from './guards.ts'
import type { RegistryTables } from './tables.ts'

/** Moves of aliases that wait for persons to be for them. */
export interface Requests {
  /** Newest first; open ones whose evidence has changed are expired. */
  requests(model: string): Promise<readonly AliasRequest[]>
  request(model: string, id: string): Promise<AliasRequest>
  /** Says no, for everybody; whoever asked takes the request back this way. */
  reject(
    model: string,
    id: string,
    vote: { readonly who: string; readonly message: string },
  ): Promise<AliasRequest>
}

type Transaction = Kysely<RegistryTables>
type RequestRow = Selectable<RegistryTables['model_requests']>

export function openRequests(metadata: Metadata, clock: Clock): Requests {
  const database = metadata.tables<RegistryTables>()

  async function request(model: string, id: string): Promise<AliasRequest> {
    const row = await database
      .selectFrom('model_requests')
      .selectAll()
      .where('id', '=', id)
      .where('model', '=', model)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: `request of ${model}`, name: id })
    const [record] = await requestRecords(database, [row], metadata.dialect)
    if (!record) throw new TidemillError('not_found', { kind: `request of ${model}`, name: id })
    return record
  }

  return {
    request,

    async requests(model) {
      const rows = await database
        .selectFrom('model_requests')
        .selectAll()
        .where('model', '=', model)
        .orderBy('id', 'desc')
        .limit(200)
        .execute()
      return requestRecords(database, rows, metadata.dialect)
    },

    async reject(model, id, { who, message }) {
      const { state } = await request(model, id)
      await metadata.transaction<RegistryTables, void>(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('model_requests')
          .set({
            state: 'rejected',
            closed_at: clock.now(),
            outcome: message === '' ? `rejected by ${who}` : `rejected by ${who}: ${message}`,
          })
          .where('id', '=', id)
          .where('state', '=', 'open')
          .executeTakeFirst()
        if (Number(numUpdatedRows) === 0) throw closedAlready(id, state)
        const vote = { verdict: 'reject', message, at: clock.now() }
        await tx
          .insertInto('model_votes')
          .values({ request: id, who, ...vote })
          .onConflict((conflict) => conflict.columns(['request', 'who']).doUpdateSet(vote))
          .execute()
      })
      return request(model, id)
    },
  }
}

export function closedAlready(id: string, state: string): TidemillError {
  return new TidemillError('conflict', { problem: `The request ${id} is ${state}; ask again.` })
}

export interface Wish {
  readonly model: string
  readonly alias: string
  readonly version: number
  readonly by: string
  /** Whether it is somebody's own will; what a program asks for counts for nobody. */
  readonly isPerson: boolean
  readonly why: string
  readonly gate?: string
}

interface Supported {
  readonly id: string
  /** Why it was asked for at first. */
  readonly why: string
  readonly given: number
  readonly complete: boolean
}

/** Asks for a move, or adds one's voice where it is asked for already. Whoever is for it twice is still one person. */
export async function support(
  tx: Transaction,
  clock: Clock,
  wish: Wish,
  needed: number,
): Promise<Supported> {
  const { model, alias, version, by, isPerson, why } = wish
  const gate = wish.gate ?? null
  const at = clock.now()
  const evidence = await readEvidence(tx, model, alias, version)
  const open = await tx
    .selectFrom('model_requests')
    .select(['id', 'evidence', 'why'])
    .where('model', '=', model)
    .where('alias', '=', alias)
    .where('version', '=', version)
    .where('state', '=', 'open')
    .execute()
  const asked = open.find((each) => each.evidence === evidence)
  const id = asked?.id ?? newId(at)
  for (const stale of open) if (stale.id !== id) await close(tx, stale.id, 'expired', at, changed)
  if (!asked) {
    const row = { model, alias, version, evidence, gate, why, asked_by: by, asked_at: at }
    await tx
      .insertInto('model_requests')
      .values({ id, ...row, state: 'open', closed_at: null, outcome: null })
      .execute()
  }
  if (isPerson) {
    await tx
      .insertInto('model_votes')
      .values({ request: id, who: by, verdict: 'approve', message: why, at })
      .onConflict((conflict) => conflict.columns(['request', 'who']).doNothing())
      .execute()
  }
  const votes = (await votesOf(tx, sql`request = ${id}`)).get(id) ?? []
  const given = votes.filter((vote) => vote.verdict === 'approve').length
  const complete = given >= needed
  if (complete)
    await close(tx, id, 'done', at, `approved by ${votes.map((each) => each.who).join(' and ')}`)
  return { id, why: asked?.why ?? why, given, complete }
}

const changed = 'what it was asked on has changed'

async function close(
  tx: Transaction,
  id: string,
  state: AliasRequest['state'],
  at: number,
  outcome: string,
): Promise<void> {
  await tx
    .updateTable('model_requests')
    .set({ state, closed_at: at, outcome })
    .where('id', '=', id)
    .execute()
}

async function votesOf(
  tx: Transaction,
  ofThese: RawBuilder<boolean>,
): Promise<ReadonlyMap<string, Vote[]>> {
  const rows = await tx
    .selectFrom('model_votes')
    .select(['request', 'who', 'verdict', 'message', 'at'])
    .where(ofThese)
    .orderBy('at')
    .orderBy('who')
    .execute()
  const votes = new Map<string, Vote[]>()
  for (const { request, verdict, ...rest } of rows) {
    const own = votes.get(request) ?? []
    own.push({ ...rest, verdict: verdict as Vote['verdict'] })
    votes.set(request, own)
  }
  return votes
}

/** Of one model; what its aliases ask for now, and what was asked on, is looked up once for each alias and each wish. */
async function requestRecords(
  tx: Transaction,
  rows: readonly RequestRow[],
  dialect: Metadata['dialect'],
): Promise<readonly AliasRequest[]> {
  const ids = rows.map((row) => row.id)
  const votes = await votesOf(tx, among('request', ids, dialect))
  const guards = new Map<string, Promise<Guard>>()
  const evidence = new Map<string, Promise<string | undefined>>()
  return Promise.all(
    rows.map(async (row) => {
      const { model, alias, version } = row
      const guard = await once(guards, alias, () => readGuard(tx, model, alias))
      const isStale =
        row.state === 'open' &&
        (await once(evidence, `${version} ${alias}`, () =>
          evidenceNow(tx, model, alias, version),
        )) !== row.evidence
      return {
        id: row.id,
        model,
        alias,
        version,
        state: isStale ? ('expired' as const) : (row.state as AliasRequest['state']),
        needed: guard.approvals,
        votes: votes.get(row.id) ?? [],
        ...(row.gate === null ? {} : { gate: row.gate }),
        evidence: row.evidence,
        why: row.why,
        askedBy: row.asked_by,
        askedAt: row.asked_at,
        ...(row.closed_at === null ? {} : { closedAt: row.closed_at }),
        ...(isStale ? { outcome: changed } : row.outcome === null ? {} : { outcome: row.outcome }),
      }
    }),
  )
}

function once<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const asked = known.get(key) ?? ask()
  known.set(key, asked)
  return asked
}

/** Undefined when the version is gone, which is a change too. */
async function evidenceNow(
  tx: Transaction,
  model: string,
  alias: string,
  version: number,
): Promise<string | undefined> {
  return readEvidence(tx, model, alias, version).catch((error: unknown) => {
    if (error instanceof TidemillError && error.code === 'not_found') return undefined
    throw error
  })
}
