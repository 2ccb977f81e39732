import type { ExpressionBuilder } from 'kysely'
import { newId, TidemillError, type Prediction } from '#contract'
import type { ModelName } from '#registry'
import type { Clock, Metadata } from '#store'
import { insertRow, record, valuesOf } from './prediction-row.ts'
import type { ServingTables } from './tables.ts'

/**
 * Every prediction with its features, version and, later, its label. `add` never waits and never fails: rows gather in memory and are
 * written together within `flushMs`; a row is safe once `flush` resolved after it. Past `capacity` rows the oldest unwritten are
 * dropped and counted.
 */
export interface PredictionLog {
  add(prediction: Prediction): void
  flush(): Promise<void>
  get(id: string): Promise<Prediction>
  /** Newest first; those of one version where it is named. */
  list(
    endpoint: string,
    options?: { readonly cursor?: string; readonly limit?: number; readonly of?: AnsweredBy },
  ): Promise<{
    readonly predictions: readonly Prediction[]
    readonly next?: string
  }>
  /** Oldest first, those after an id. */
  after(endpoint: string, id: string | undefined, limit: number): Promise<readonly Prediction[]>
  /** How many there are after an id. */
  countAfter(endpoint: string, id: string | undefined): Promise<number>
  count(endpoint: string): Promise<{ readonly predictions: number; readonly labels: number }>
  /** Labels by prediction. Returns the ids nobody knows. A label is safe when this resolves. */
  label(
    labels: readonly {
      readonly prediction: string
      readonly label: string
      readonly time?: number
    }[],
  ): Promise<{
    readonly matched: number
    readonly unknown: readonly string[]
  }>
  /** Predictions of a version, under each name of its model, whose first label came after one in the order of arrival, in that order. */
  labelled(
    endpoint: string,
    of: AnsweredBy,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly LabelArrival[]>
  readonly dropped: number
  close(): Promise<void>
}

/** A version, under each name of its model. */
export interface AnsweredBy {
  readonly names: readonly ModelName[]
  readonly version: number
}

/** What was answered and what turned out to be true, with the label's place in the order in which labels came. */
export interface LabelArrival {
  readonly order: number
  readonly prediction: string
  readonly truth: string
}

export interface LogOptions {
  readonly flushMs?: number
  readonly capacity?: number
}

/** Longer than a row waits to be written, and than clocks of servers of one database differ. */
const settledMs = 60_000

export function openPredictionLog(
  metadata: Metadata,
  clock: Clock,
  { flushMs = 200, capacity = 100_000 }: LogOptions = {},
): PredictionLog {
  const database = metadata.tables<ServingTables>()
  const counted = new Map<string, { readonly count: number; readonly upTo: string }>()
  let buffer: Prediction[] = []
  let dropped = 0
  let writing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  async function write(): Promise<void> {
    const rows = buffer
    if (rows.length === 0) return
    buffer = []
    try {
      await metadata.execute(insertRow, rows.map(valuesOf))
    } catch (error) {
      // Back in front, so that the next flush tries again; what does not fit is counted as dropped.
      buffer = [...rows, ...buffer]
      trim()
      flushLater(flushMs * 5)
      throw error
    }
  }

  function flushLater(ms: number): void {
    timer ??= setTimeout(() => void flush().catch(() => undefined), ms).unref()
  }

  function trim(): void {
    const over = buffer.length - capacity
    if (over <= 0) return
    buffer.splice(0, over)
    dropped += over
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write, write)
    return writing
  }

  /** What is older than a minute is counted once: nothing is taken out of the log, and identifiers grow with time. */
  async function countAll(endpoint: string): Promise<number> {
    const known = counted.get(endpoint) ?? { count: 0, upTo: '' }
    const upTo = newId(clock.now() - settledMs)
    const [older, newer] = await Promise.all([
      countBetween(endpoint, known.upTo, upTo),
      countBetween(endpoint, upTo),
    ])
    counted.set(endpoint, { count: known.count + older, upTo })
    return known.count + older + newer
  }

  async function countBetween(endpoint: string, after: string, upTo?: string): Promise<number> {
    let select = database
      .selectFrom('predictions')
      .select((each) => each.fn.countAll<number>().as('count'))
      .where('endpoint', '=', endpoint)
      .where('id', '>', after)
    if (upTo !== undefined) select = select.where('id', '<=', upTo)
    return Number((await select.executeTakeFirstOrThrow()).count)
  }

  const log: PredictionLog = {
    get dropped() {
      return dropped
    },

    add(prediction) {
      buffer.push(prediction)
      trim()
      flushLater(flushMs)
    },

    flush,

    async get(id) {
      await flush()
      const row = await database
        .selectFrom('predictions')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) throw new TidemillError('not_found', { kind: 'prediction', name: id })
      return record(row)
    },

    async list(endpoint, { cursor, limit = 100, of } = {}) {
      await flush()
      let select = database
        .selectFrom('predictions')
        .selectAll()
        .where('endpoint', '=', endpoint)
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (cursor !== undefined) select = select.where('id', '<', cursor)
      if (of !== undefined) select = select.where((row) => wasAnsweredBy(row, of))
      const rows = await select.execute()
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return {
        predictions: shown.map(record),
        ...(rows.length > limit && last ? { next: last.id } : {}),
      }
    },

    async after(endpoint, id, limit) {
      await flush()
      let select = database
        .selectFrom('predictions')
        .selectAll()
        .where('endpoint', '=', endpoint)
        .orderBy('id')
        .limit(limit)
      if (id !== undefined) select = select.where('id', '>', id)
      return (await select.execute()).map(record)
    },

    async countAfter(endpoint, id) {
      await flush()
      let select = database
        .selectFrom('predictions')
        .select((each) => each.fn.countAll<number>().as('count'))
        .where('endpoint', '=', endpoint)
      if (id !== undefined) select = select.where('id', '>', id)
      return Number((await select.executeTakeFirstOrThrow()).count)
    },

    async count(endpoint) {
      await flush()
      const labelled = await database
        .selectFrom('predictions')
        .select((each) => each.fn.countAll<number>().as('count'))
        .where('endpoint', '=', endpoint)
        .where('label', 'is not', null)
        .executeTakeFirstOrThrow()
      return { predictions: await countAll(endpoint), labels: Number(labelled.count) }
    },

    async label(labels) {
      await flush()
      const unknown: string[] = []
      await metadata.transaction<ServingTables, void>(async (tx) => {
        unknown.length = 0
        const last = await tx
          .selectFrom('predictions')
          .select('label_order')
          .where('label_order', 'is not', null)
          .orderBy('label_order', 'desc')
          .limit(1)
          .executeTakeFirst()
        let next = last?.label_order ?? 0
        for (const { prediction, label, time } of labels) {
          const { numUpdatedRows } = await tx
            .updateTable('predictions')
            .set((each) => ({
              label,
              labelled_at: time ?? clock.now(),
              // A label that is corrected keeps its place: what was counted is not counted again.
              label_order: each.fn.coalesce('label_order', each.val(++next)),
            }))
            .where('id', '=', prediction)
            .executeTakeFirst()
          if (Number(numUpdatedRows) === 0) unknown.push(prediction)
        }
      })
      return { matched: labels.length - unknown.length, unknown }
    },

    async labelled(endpoint, of, { after, limit }) {
      const rows = await database
        .selectFrom('predictions')
        .select(['label_order', 'prediction', 'label'])
        .where('label_order', '>', after)
        .where('endpoint', '=', endpoint)
        .where((row) => wasAnsweredBy(row, of))
        .orderBy('label_order')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        order: row.label_order ?? 0,
        prediction: row.prediction,
        truth: row.label ?? '',
      }))
    },

    async close() {
      await flush().catch(() => undefined)
      clearTimeout(timer)
    },
  }
  return log
}

type Row = ExpressionBuilder<ServingTables, 'predictions'>

function wasAnsweredBy(row: Row, { names, version }: AnsweredBy) {
  return row('version', '=', version).and(row.or(names.map((name) => wasCalled(row, name))))
}

function wasCalled(row: Row, { name, after, until }: ModelName) {
  const since = row.and([row('model', '=', name), row('at', '>', after)])
  return until === undefined ? since : since.and('at', '<=', until)
}
