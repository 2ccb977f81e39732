import { sql, type Selectable } from 'kysely'
import { TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import { newRunId } from './runs.ts'
import { traceGrammar, traceTarget } from './search/trace-search.ts'
import { searchRows, type Page, type Search } from './search/search-rows.ts'
import type { TrackingTables } from './tables.ts'

type Json = Readonly<Record<string, unknown>>

export interface Trace {
  readonly id: string
  readonly experiment: string
  readonly startedAt: number
  /** Milliseconds. */
  readonly duration?: number
  readonly state: string
  readonly clientId?: string
  readonly request?: string
  readonly response?: string
  readonly tags: Readonly<Record<string, string>>
  readonly metadata: Readonly<Record<string, string>>
  readonly assessments: readonly Assessment[]
}

/** A judgement of a trace or of one of its spans. */
export interface Assessment {
  readonly id: string
  readonly trace: string
  readonly name: string
  readonly kind: 'feedback' | 'expectation' | 'issue'
  /** What searches compare. */
  readonly value: string
  readonly createdAt: number
  readonly updatedAt: number
  /** As its writer gave it. */
  readonly body: Json
}

/** One span as OpenTelemetry's JSON has it. */
export interface Span {
  readonly trace: string
  readonly id: string
  readonly name: string
  readonly startedAt: number
  readonly body: Json
}

export interface TraceSearch extends Search {
  readonly experiments: readonly string[]
}

/** What applications did for a request, as a tree of spans. */
export interface Traces {
  /** Stores what is known of a trace; what is given replaces what was. */
  saveTrace(trace: Omit<Trace, 'assessments'>): Promise<Trace>
  /** Stores spans; a trace nobody told of yet is made from its first ones. */
  addSpans(experiment: string, spans: readonly Span[], tags: Trace['tags']): Promise<void>
  trace(id: string): Promise<Trace>
  traces(ids: readonly string[]): Promise<readonly Trace[]>
  /** By trace, each in the order of time. */
  spansOf(ids: readonly string[]): Promise<ReadonlyMap<string, readonly Json[]>>
  searchTraces(search: TraceSearch): Promise<Page<Trace>>
  setTraceTag(id: string, key: string, value: string): Promise<void>
  removeTraceTag(id: string, key: string): Promise<void>
  addAssessment(given: Omit<Assessment, 'id' | 'createdAt' | 'updatedAt'>): Promise<Assessment>
  assessment(trace: string, id: string): Promise<Assessment>
  changeAssessment(
    trace: string,
    id: string,
    change: Pick<Assessment, 'name' | 'value' | 'body'>,
  ): Promise<Assessment>
  removeAssessment(trace: string, id: string): Promise<void>
  /** By identifier, or the oldest until a time; says how many went. */
  removeTraces(
    experiment: string,
    which: { readonly ids: readonly string[] } | { readonly until: number; readonly most: number },
  ): Promise<number>
}

type Row = Selectable<TrackingTables['traces']>

export function openTraces(metadata: Metadata, clock: Clock): Traces {
  const database = metadata.tables<TrackingTables>()

  async function records(rows: readonly Row[]): Promise<readonly Trace[]> {
    if (rows.length === 0) return []
    const ids = rows.map((row) => row.id)
    const [tags, facts, judged] = await Promise.all([
      database.selectFrom('trace_tags').selectAll().where('trace', 'in', ids).execute(),
      database.selectFrom('trace_metadata').selectAll().where('trace', 'in', ids).execute(),
      database
        .selectFrom('trace_assessments')
        .selectAll()
        .where('trace', 'in', ids)
        .orderBy('id')
        .execute(),
    ])
    const textsOf = (id: string, all: typeof tags): Record<string, string> =>
      Object.fromEntries(all.flatMap((each) => (each.trace === id ? [[each.key, each.value]] : [])))
    return rows.map((row) => ({
      id: row.id,
      experiment: row.experiment,
      startedAt: row.started_at,
      ...(row.duration === null ? {} : { duration: row.duration }),
      state: row.state,
      ...(row.client_id === null ? {} : { clientId: row.client_id }),
      ...(row.request === null ? {} : { request: row.request }),
      ...(row.response === null ? {} : { response: row.response }),
      tags: textsOf(row.id, tags),
      metadata: textsOf(row.id, facts),
      assessments: judged.filter((each) => each.trace === row.id).map(assessmentOf),
    }))
  }

  async function traces(ids: readonly string[]): Promise<readonly Trace[]> {
    if (ids.length === 0) return []
    const rows = await database
      .selectFrom('traces')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute()
    const found = new Map((await records(rows)).map((each) => [each.id, each]))
    return ids.flatMap((id) => found.get(id) ?? [])
  }

  async function trace(id: string): Promise<Trace> {
    const [found] = await traces([id])
    if (!found) throw new TidemillError('not_found', { kind: 'trace', name: id })
    return found
  }

  async function setTexts(
    table: 'trace_tags' | 'trace_metadata',
    id: string,
    texts: Readonly<Record<string, string>>,
  ): Promise<void> {
    const rows = Object.entries(texts).map(([key, value]) => ({ trace: id, key, value }))
    if (rows.length === 0) return
    await database
      .insertInto(table)
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['trace', 'key'])
          .doUpdateSet((each) => ({ value: each.ref('excluded.value') })),
      )
      .execute()
  }

  async function assessment(ofTrace: string, id: string): Promise<Assessment> {
    const row = await database
      .selectFrom('trace_assessments')
      .selectAll()
      .where('trace', '=', ofTrace)
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'assessment', name: id })
    return assessmentOf(row)
  }

  return {
    trace,
    traces,
    assessment,

    async saveTrace(given) {
      const { id, experiment, startedAt, duration, state, clientId, request, response } = given
      const row = {
        ...{ experiment, started_at: startedAt, duration: duration ?? null, state },
        client_id: clientId ?? null,
        request: request ?? null,
        response: response ?? null,
      }
      await database
        .insertInto('traces')
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute()
      await setTexts('trace_tags', id, given.tags)
      await setTexts('trace_metadata', id, given.metadata)
      return trace(id)
    },

    async addSpans(experiment, spans, tags) {
      const ofTraces = Map.groupBy(spans, (span) => span.trace)
      for (const [id, own] of ofTraces) {
        const started_at = Math.min(...own.map((span) => span.startedAt))
        const unknown = { duration: null, client_id: null, request: null, response: null }
        await database
          .insertInto('traces')
          .values({ id, experiment, started_at, state: 'in_progress', ...unknown })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute()
        await setTexts('trace_tags', id, tags)
      }
      await metadata.execute(
        `insert into trace_spans (trace, id, started_at, name, span) values (?, ?, ?, ?, ?)
          on conflict (trace, id) do update set span = excluded.span, name = excluded.name`,
        spans.map((span) => [
          ...[span.trace, span.id, span.startedAt, span.name],
          JSON.stringify(span.body),
        ]),
      )
    },

    async spansOf(ids) {
      if (ids.length === 0) return new Map()
      const rows = await database
        .selectFrom('trace_spans')
        .select(['trace', 'span'])
        .where('trace', 'in', [...ids])
        .orderBy('started_at')
        .execute()
      const found = new Map<string, Json[]>()
      for (const { trace: id, span } of rows) {
        const own = found.get(id) ?? []
        own.push(JSON.parse(span) as Json)
        found.set(id, own)
      }
      return found
    },

    async searchTraces({ experiments, ...search }) {
      if (experiments.length === 0) return { items: [] }
      const { rows, next } = await searchRows(metadata, search, {
        table: 'traces',
        grammar: traceGrammar(search.strict ?? false),
        target: traceTarget(),
        natural: ['started_at', 'id'],
        removable: false,
        where: sql<boolean>`traces.experiment in (${sql.join([...experiments])})`,
      })
      const items = await records(rows as unknown as readonly Row[])
      return { items, ...(next === undefined ? {} : { next }) }
    },

    async setTraceTag(id, key, value) {
      await trace(id)
      await setTexts('trace_tags', id, { [key]: value })
    },

    async removeTraceTag(id, key) {
      await trace(id)
      const { numDeletedRows } = await database
        .deleteFrom('trace_tags')
        .where('trace', '=', id)
        .where('key', '=', key)
        .executeTakeFirst()
      if (numDeletedRows === 0n) throw new TidemillError('not_found', { kind: 'tag', name: key })
    },

    async addAssessment({ trace: id, name, kind, value, body }) {
      await trace(id)
      const now = clock.now()
      const own = `a-${newRunId(now)}`
      await database
        .insertInto('trace_assessments')
        .values({
          ...{ id: own, trace: id, name, kind, value, created_at: now, updated_at: now },
          assessment: JSON.stringify(body),
        })
        .execute()
      return assessment(id, own)
    },

    async changeAssessment(id, own, { name, value, body }) {
      await assessment(id, own)
      await database
        .updateTable('trace_assessments')
        .set({ name, value, assessment: JSON.stringify(body), updated_at: clock.now() })
        .where('id', '=', own)
        .execute()
      return assessment(id, own)
    },

    async removeAssessment(id, own) {
      await assessment(id, own)
      await database.deleteFrom('trace_assessments').where('id', '=', own).execute()
    },

    async removeTraces(experiment, which) {
      let select = database.selectFrom('traces').select('id').where('experiment', '=', experiment)
      if ('ids' in which) {
        if (which.ids.length === 0) return 0
        select = select.where('id', 'in', [...which.ids])
      } else {
        select = select
          .where('started_at', '<=', which.until)
          .orderBy('started_at')
          .limit(which.most)
      }
      const ids = (await select.execute()).map((row) => row.id)
      if (ids.length === 0) return 0
      await metadata.transaction<TrackingTables, void>(async (tx) => {
        await tx.deleteFrom('trace_spans').where('trace', 'in', ids).execute()
        await tx.deleteFrom('trace_tags').where('trace', 'in', ids).execute()
        await tx.deleteFrom('trace_metadata').where('trace', 'in', ids).execute()
        await tx.deleteFrom('trace_assessments').where('trace', 'in', ids).execute()
        await tx.deleteFrom('traces').where('id', 'in', ids).execute()
      })
      return ids.length
    },
  }
}

function assessmentOf(row: Selectable<TrackingTables['trace_assessments']>): Assessment {
  return {
    id: row.id,
    trace: row.trace,
    name: row.name,
    kind: row.kind as Assessment['kind'],
    value: row.value,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    body: JSON.parse(row.assessment) as Json,
  }
}
