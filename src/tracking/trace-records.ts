import type { Selectable } from 'kysely'
import type { Metadata } from '#store'
import { among } from './among.ts'
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
  /** What it did, such as `LLM` or `TOOL`; and how that ended: `OK`, `ERROR` or `UNSET`. */
  readonly type: string
  readonly status: string
  readonly startedAt: number
  readonly endedAt?: number
  /** Whether it has no parent: how it went is how its trace went. */
  readonly isRoot?: boolean
  readonly body: Json
}

export type TraceRow = Selectable<TrackingTables['traces']>

/** Traces as they are told of, from their rows. */
export async function traceRecords(
  metadata: Metadata,
  rows: readonly TraceRow[],
): Promise<readonly Trace[]> {
  if (rows.length === 0) return []
  const database = metadata.tables<TrackingTables>()
  const isOfThem = among(
    'trace',
    rows.map((row) => row.id),
    metadata.dialect,
  )
  const [tags, facts, judged] = await Promise.all([
    database.selectFrom('trace_tags').selectAll().where(isOfThem).execute(),
    database.selectFrom('trace_metadata').selectAll().where(isOfThem).execute(),
    database.selectFrom('trace_assessments').selectAll().where(isOfThem).orderBy('id').execute(),
  ])
  const tagsOf = Map.groupBy(tags, (each) => each.trace)
  const factsOf = Map.groupBy(facts, (each) => each.trace)
  const judgedOf = Map.groupBy(judged, (each) => each.trace)
  return rows.map((row) => ({
    id: row.id,
    experiment: row.experiment,
    startedAt: row.started_at,
    ...(row.duration === null ? {} : { duration: row.duration }),
    state: row.state,
    ...(row.client_id === null ? {} : { clientId: row.client_id }),
    ...(row.request === null ? {} : { request: row.request }),
    ...(row.response === null ? {} : { response: row.response }),
    tags: textsOf(tagsOf.get(row.id)),
    metadata: textsOf(factsOf.get(row.id)),
    assessments: (judgedOf.get(row.id) ?? []).map(assessmentOf),
  }))
}

function textsOf(
  rows: readonly { readonly key: string; readonly value: string }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((rows ?? []).map(({ key, value }) => [key, value]))
}

export function assessmentOf(row: Selectable<TrackingTables['trace_assessments']>): Assessment {
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
