import type { OnlineStore } from '#store'
import { column, rowAt, valueAt, type Table, type Value } from '#table'
import type { FeatureView } from './feature-view.ts'

type Cell = number | string | boolean | null

/** The newest values of a view by entity, for answers that cannot wait for a join. */
export interface OnlineFeatures {
  /** Writes each row's features under its entity; an older value never takes the place of a newer one. */
  materialize(view: FeatureView, rows: Table): Promise<number>
  /** The features of each entity, missing where there are none or they are too old. */
  read(
    view: FeatureView,
    entities: readonly Readonly<Record<string, Cell>>[],
  ): Promise<readonly (Readonly<Record<string, Cell>> | undefined)[]>
}

export function openOnlineFeatures(store: OnlineStore): OnlineFeatures {
  return {
    async materialize(view, rows) {
      const times = column(rows, view.time)
      const written = Array.from({ length: rows.length }, (_, row) => {
        const at = valueAt(times, row)
        if (!(at instanceof Date)) return undefined
        const cells = rowAt(rows, row)
        const values = view.features.map((feature) => plain(cells[feature] ?? null))
        const eventTime = at.getTime()
        return {
          key: keyOf(view.keys.map((key) => plain(cells[key] ?? null))),
          bytes: new TextEncoder().encode(JSON.stringify(values)),
          eventTime,
          ...(view.ttlSeconds ? { expiresAt: eventTime + view.ttlSeconds * 1000 } : {}),
        }
      }).filter((row) => row !== undefined)
      await store.write(view.name, written)
      return written.length
    },

    async read(view, entities) {
      const keys = entities.map((entity) => keyOf(view.keys.map((key) => entity[key] ?? null)))
      const found = await store.read(view.name, keys)
      return found.map((value) => {
        if (!value) return undefined
        const values = JSON.parse(new TextDecoder().decode(value.bytes)) as Cell[]
        return Object.fromEntries(view.features.map((feature, i) => [feature, values[i] ?? null]))
      })
    },
  }
}

/** Keys as JSON, so that ("1", "23") and ("12", "3") are two. */
function keyOf(values: readonly Cell[]): string {
  return JSON.stringify(values)
}

function plain(value: Value): Cell {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'bigint' ? value.toString() : value
}
