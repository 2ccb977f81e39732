import type { Clock, OnlineRow, OnlineStore } from '#store'
import {
  column,
  findColumn,
  isMissing,
  rowAt,
  valueAt,
  type Schema,
  type Table,
  type Value,
} from '#table'
import type { FeatureView } from './feature-view.ts'
import { keyOf } from './online-key.ts'

type Cell = number | string | boolean | null

/** The newest values of a view by entity, for answers that cannot wait for a join. */
export interface OnlineFeatures {
  /**
   * Writes for each entity the row that the point-in-time join would give it now, and says how many entities that were; an older value
   * never takes the place of a newer one.
   */
  materialize(view: FeatureView, rows: Table): Promise<number>
  /** The features of each entity, missing where there are none or they are too old. Keys are read in the types of the schema. */
  read(
    view: FeatureView,
    schema: Schema,
    entities: readonly Readonly<Record<string, Cell>>[],
  ): Promise<readonly (Readonly<Record<string, Cell>> | undefined)[]>
}

export function openOnlineFeatures(store: OnlineStore, clock: Clock): OnlineFeatures {
  return {
    async materialize(view, rows) {
      const written: OnlineRow[] = [...newestRows(view, rows, clock.now())].map(([key, row]) => {
        const cells = rowAt(rows, row)
        const values = view.features.map((feature) => plain(cells[feature] ?? null))
        const eventTime = Number(microseconds(rows, view.time, row) ?? 0n) / 1000
        return {
          key,
          bytes: new TextEncoder().encode(JSON.stringify(values)),
          eventTime: Math.floor(eventTime),
          ...(view.ttlSeconds ? { expiresAt: Math.floor(eventTime) + view.ttlSeconds * 1000 } : {}),
        }
      })
      await store.write(view.name, written)
      return written.length
    },

    async read(view, schema, entities) {
      const keys = entities.map((entity) =>
        keyOf(view.keys, schema, (name) => entity[name] ?? null),
      )
      const asked = keys.filter((key) => key !== undefined)
      const found = await store.read(view.name, asked)
      const byKey = new Map(asked.map((key, i) => [key, found[i]]))
      return keys.map((key) => {
        const value = key === undefined ? undefined : byKey.get(key)
        if (!value) return undefined
        const values = JSON.parse(new TextDecoder().decode(value.bytes)) as Cell[]
        return Object.fromEntries(view.features.map((feature, i) => [feature, values[i] ?? null]))
      })
    },
  }
}

/**
 * The row of each entity that is true now, as the join has it: of those not after now the latest; of equal times the one written last,
 * and of those the last in the table.
 */
function newestRows(view: FeatureView, rows: Table, now: number): ReadonlyMap<string, number> {
  const newest = new Map<string, number>()
  const until = BigInt(Math.floor(now)) * 1000n + 999n
  for (let row = 0; row < rows.length; row++) {
    const at = microseconds(rows, view.time, row)
    if (at === undefined || at > until) continue
    const key = keyOf(view.keys, rows.schema, (name) => plain(valueAt(column(rows, name), row)))
    if (key === undefined) continue
    const before = newest.get(key)
    if (before === undefined || !isBefore(view, rows, row, before)) newest.set(key, row)
  }
  return newest
}

function isBefore({ time, created }: FeatureView, rows: Table, a: number, b: number): boolean {
  const order = compare(microseconds(rows, time, a), microseconds(rows, time, b))
  if (order !== 0 || created === undefined) return order < 0
  return compare(microseconds(rows, created, a), microseconds(rows, created, b)) < 0
}

/** A time that is not known is before all others. */
function compare(a: bigint | undefined, b: bigint | undefined): number {
  if (a === b) return 0
  if (a === undefined) return -1
  return b === undefined || a > b ? 1 : -1
}

function microseconds(rows: Table, name: string, row: number): bigint | undefined {
  const times = findColumn(rows, name)
  return times?.type === 'timestamp' && !isMissing(times, row) ? times.values[row] : undefined
}

function plain(value: Value): Cell {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'bigint' ? value.toString() : value
}
