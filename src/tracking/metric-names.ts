import type { Metadata } from '#store'
import type { TrackingTables } from './tables.ts'

/** Rows of metrics name their metric by a number; this gives the numbers, and remembers them. */
export interface MetricNames {
  /** Gives numbers to names that have none yet. */
  numbersOf(names: readonly string[]): Promise<ReadonlyMap<string, number>>
}

/** Names remembered; a number never means another name, so that nothing is ever out of date. */
const mostKept = 200_000
const partSize = 500

export function openMetricNames(metadata: Metadata): MetricNames {
  const database = metadata.tables<TrackingTables>()
  const numbers = new Map<string, number>()

  function remember(number: number, name: string): void {
    if (numbers.size >= mostKept) numbers.clear()
    numbers.set(name, number)
  }

  return {
    async numbersOf(wanted) {
      const found = new Map<string, number>()
      const missing: string[] = []
      for (const name of wanted) {
        const number = numbers.get(name)
        if (number === undefined) missing.push(name)
        else found.set(name, number)
      }
      for (let start = 0; start < missing.length; start += partSize) {
        const part = missing.slice(start, start + partSize)
        await database
          .insertInto('metric_keys')
          .values(part.map((name) => ({ name })))
          .onConflict((conflict) => conflict.column('name').doNothing())
          .execute()
        const rows = await database
          .selectFrom('metric_keys')
          .selectAll()
          .where('name', 'in', part)
          .execute()
        for (const { id, name } of rows) {
          remember(id, name)
          found.set(name, id)
        }
      }
      return found
    },
  }
}
