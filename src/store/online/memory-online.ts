import { systemClock, type Clock } from '../clock.ts'
import type { OnlineRow, OnlineStore } from '../online.ts'

/** Values in this process only. */
export function memoryOnline(clock: Clock = systemClock): OnlineStore {
  const tables = new Map<string, Map<string, OnlineRow>>()

  return {
    async read(table, keys) {
      const now = clock.now()
      return keys.map((key) => {
        const row = tables.get(table)?.get(key)
        if (!row || isPast(row, now)) return undefined
        return { bytes: row.bytes, eventTime: row.eventTime }
      })
    },
    async write(table, rows) {
      const now = clock.now()
      const stored = tables.get(table) ?? new Map<string, OnlineRow>()
      tables.set(table, stored)
      for (const row of rows) {
        const present = stored.get(row.key)
        if (present && !isPast(present, now) && present.eventTime > row.eventTime) continue
        stored.set(row.key, { ...row, bytes: row.bytes.slice() })
      }
    },
    async drop(table) {
      tables.delete(table)
    },
    async close() {
      tables.clear()
    },
  }
}

function isPast(row: OnlineRow, now: number): boolean {
  return row.expiresAt !== undefined && row.expiresAt <= now
}
