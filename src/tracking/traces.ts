import { TidemillError } from '#contract'
import type { Clock, Metadata, SqlValue } from '#store'
import { among } from './among.ts'
import { promptsTag, withPrompts, type LinkedPrompt } from './linked-prompts.ts'
import { openAssessments, type Assessments } from './assessments.ts'
import { countTraces, type TwoCounts, type TwoFilters } from './search/count-traces.ts'
import { traceGrammar, traceTarget } from './search/trace-search.ts'
import { searchRows, type Page, type Search } from './search/search-rows.ts'
import { spanFactColumns, spanFacts } from './trace-metrics/span-facts.ts'
import {
  measureTraces,
  type TraceFigure,
  type TraceQuestion,
} from './trace-metrics/measure-traces.ts'
import { inOrder } from './span-order.ts'
import type { TrackingTables } from './tables.ts'
import { removeTraceRows } from './trace-rows.ts'
import { traceRecords, type Span, type Trace, type TraceRow } from './trace-records.ts'

type Json = Span['body']

export interface TraceSearch extends Search {
  readonly experiments: readonly string[]
}

/** What applications did for a request, as a tree of spans. */
export interface Traces extends Assessments {
  /** Stores what is known of a trace; what is given replaces what was. */
  saveTrace(trace: Omit<Trace, 'assessments'>): Promise<Trace>
  /** Stores spans; a trace nobody told of yet is made from its first ones. */
  addSpans(experiment: string, spans: readonly Span[], tags: Trace['tags']): Promise<void>
  trace(id: string): Promise<Trace>
  traces(ids: readonly string[]): Promise<readonly Trace[]>
  /** By trace; those without a parent first, then in the order of time, to the nanosecond. */
  spansOf(ids: readonly string[]): Promise<ReadonlyMap<string, readonly Json[]>>
  searchTraces(search: TraceSearch): Promise<Page<Trace>>
  /** How many traces fulfil two filters, each and both. */
  countTraces(filters: TwoFilters): Promise<TwoCounts>
  /** Numbers of many traces, spans or judgements. */
  measureTraces(question: TraceQuestion): Promise<readonly TraceFigure[]>
  setTraceTag(id: string, key: string, value: string): Promise<void>
  removeTraceTag(id: string, key: string): Promise<void>
  /** Says that a run used these traces, besides the one that made them. */
  linkTraces(run: string, ids: readonly string[]): Promise<void>
  /** Says that a trace used versions of prompts, besides those it did already. */
  linkPrompts(id: string, prompts: readonly LinkedPrompt[]): Promise<void>
  /** By identifier, or the oldest until a time; says how many went. */
  removeTraces(
    experiment: string,
    which: { readonly ids: readonly string[] } | { readonly until: number; readonly most: number },
  ): Promise<number>
}

/** What spans tell of their trace holds until it is told itself how it went. */
const insertTrace = `insert into traces (id, experiment, started_at, duration, state)
  values (?, ?, ?, ?, ?)
  on conflict (id) do update set
  started_at = case when excluded.duration is not null or excluded.started_at < traces.started_at
    then excluded.started_at else traces.started_at end,
  duration = excluded.duration, state = excluded.state
  where traces.duration is null and traces.state = 'in_progress'`
const upsertTag = `insert into trace_tags (trace, key, value) values (?, ?, ?)
  on conflict (trace, key) do update set value = excluded.value`
const insertTag = `insert into trace_tags (trace, key, value) values (?, ?, ?)
  on conflict (trace, key) do nothing`
const spanColumns = ['name', 'type', 'status', 'span', ...spanFactColumns]
const insertSpan = `insert into trace_spans (trace, id, started_at, ${spanColumns.join(', ')})
  values (?, ?, ?, ${spanColumns.map(() => '?').join(', ')})
  on conflict (trace, id) do update set
  ${spanColumns.map((name) => `${name} = excluded.${name}`).join(', ')}`

/** The row of a trace as its spans tell it: of all that are there the first begins it, the one without a parent says how it went. */
function traceOf(id: string, experiment: string, spans: readonly Span[]): readonly SqlValue[] {
  const root = spans.find((span) => span.isRoot && span.endedAt !== undefined)
  if (root?.endedAt !== undefined) {
    const state = root.status === 'ERROR' ? 'error' : 'ok'
    return [id, experiment, root.startedAt, root.endedAt - root.startedAt, state]
  }
  const first = spans.reduce((least, { startedAt }) => Math.min(least, startedAt), Infinity)
  return [id, experiment, first, null, 'in_progress']
}

export function openTraces(metadata: Metadata, clock: Clock): Traces {
  const database = metadata.tables<TrackingTables>()

  async function traces(ids: readonly string[]): Promise<readonly Trace[]> {
    if (ids.length === 0) return []
    const rows = await database
      .selectFrom('traces')
      .selectAll()
      .where(among('id', ids, metadata.dialect))
      .execute()
    const found = new Map((await traceRecords(metadata, rows)).map((each) => [each.id, each]))
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

  return {
    ...openAssessments(metadata, clock, trace),
    trace,
    traces,

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
      const ofTraces = [...Map.groupBy(spans, (span) => span.trace)]
      const known = ofTraces.map(([id, own]) => traceOf(id, experiment, own))
      const named = ofTraces.flatMap(([id, own]) => {
        const name = own.find((span) => span.isRoot)?.name
        return name === undefined ? [] : [[id, 'mlflow.traceName', name]]
      })
      await metadata.batch(
        [
          { sql: insertTrace, rows: known, distinct: true },
          {
            sql: upsertTag,
            rows: ofTraces.flatMap(([id]) =>
              Object.entries(tags).map(([key, value]) => [id, key, value]),
            ),
            distinct: true,
          },
          { sql: insertTag, rows: named, distinct: true },
          {
            sql: insertSpan,
            rows: [
              ...new Map(spans.map((span) => [`${span.trace} ${span.id}`, span])).values(),
            ].map((span) => [
              ...[span.trace, span.id, span.startedAt, span.name, span.type, span.status],
              ...[JSON.stringify(span.body), ...spanFacts(span.body)],
            ]),
            distinct: true,
          },
        ].filter((step) => step.rows.length > 0),
      )
    },

    async spansOf(ids) {
      if (ids.length === 0) return new Map()
      const rows = await database
        .selectFrom('trace_spans')
        .select(['trace', 'span'])
        .where(among('trace', ids, metadata.dialect))
        .orderBy('id')
        .execute()
      const found = new Map<string, Json[]>()
      for (const { trace: id, span } of rows) {
        const own = found.get(id) ?? []
        own.push(JSON.parse(span) as Json)
        found.set(id, own)
      }
      return new Map([...found].map(([id, spans]) => [id, inOrder(spans)]))
    },

    async searchTraces({ experiments, ...search }) {
      if (experiments.length === 0) return { items: [] }
      const { rows, next } = await searchRows(metadata, search, {
        table: 'traces',
        grammar: traceGrammar(search.strict ?? false),
        target: traceTarget(metadata.dialect),
        natural: ['started_at', 'id'],
        removable: false,
        within: { column: 'experiment', values: experiments },
      })
      const items = await traceRecords(metadata, rows as unknown as readonly TraceRow[])
      return { items, ...(next === undefined ? {} : { next }) }
    },

    countTraces: (filters) => countTraces(metadata, filters),

    measureTraces: (question) => measureTraces(metadata, question),

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

    async linkTraces(run, ids) {
      await metadata.execute(
        `insert into trace_runs (trace, run) values (?, ?) on conflict do nothing`,
        ids.map((id) => [id, run]),
      )
    },

    async linkPrompts(id, prompts) {
      await trace(id)
      await metadata.transaction<TrackingTables, void>(async (tx) => {
        const row = await tx
          .selectFrom('trace_tags')
          .select('value')
          .where('trace', '=', id)
          .where('key', '=', promptsTag)
          .executeTakeFirst()
        const value = withPrompts(row?.value, prompts)
        await tx
          .insertInto('trace_tags')
          .values({ trace: id, key: promptsTag, value })
          .onConflict((conflict) => conflict.columns(['trace', 'key']).doUpdateSet({ value }))
          .execute()
      })
    },

    async removeTraces(experiment, which) {
      let select = database.selectFrom('traces').select('id').where('experiment', '=', experiment)
      if ('ids' in which) {
        if (which.ids.length === 0) return 0
        select = select.where(among('id', which.ids, metadata.dialect))
      } else {
        select = select
          .where('started_at', '<=', which.until)
          .orderBy('started_at')
          .limit(which.most)
      }
      const ids = (await select.execute()).map((row) => row.id)
      if (ids.length === 0) return 0
      await metadata.transaction<TrackingTables, void>((tx) =>
        removeTraceRows(tx, (column) => among(column, ids, metadata.dialect)),
      )
      return ids.length
    },
  }
}
