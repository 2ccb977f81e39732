import { newId } from '#contract'
import type { Clock } from './clock.ts'
import type { Metadata } from './metadata.ts'

/** What changed, told to the other processes with the same database. */
export interface Changes {
  /** Tells the others that areas changed. */
  note(areas: readonly string[]): Promise<void>
  /** The areas that others changed since this was asked last; none the first time. */
  news(): Promise<readonly string[]>
}

const day = 86_400_000

/** A count for each process and area: what is told twice in between is one piece of news, and nothing grows. */
export function openChanges(metadata: Metadata, clock: Clock): Changes {
  const writer = newId(clock.now())
  let known: ReadonlyMap<string, number> | undefined
  let tidied = false

  return {
    async note(areas) {
      const now = clock.now()
      // Processes that are gone long since have nothing more to tell.
      const old = { sql: `delete from store_changes where changed_at < ?`, rows: [[now - day]] }
      const counted = {
        sql: `insert into store_changes (writer, area, count, changed_at) values (?, ?, 1, ?)
          on conflict (writer, area) do update
          set count = store_changes.count + 1, changed_at = excluded.changed_at`,
        rows: [...new Set(areas)].toSorted().map((area) => [writer, area, now]),
        distinct: true,
      }
      await metadata.batch(tidied ? [counted] : [old, counted])
      tidied = true
    },

    async news() {
      const rows = (await metadata.read(
        `select writer, area, count from store_changes where writer <> ?`,
        [writer],
      )) as readonly (readonly [string, string, number])[]
      const before = known
      known = new Map(rows.map(([by, area, count]) => [`${by} ${area}`, count]))
      if (!before) return []
      const changed = rows.filter(([by, area, count]) => before.get(`${by} ${area}`) !== count)
      return [...new Set(changed.map(([, area]) => area))]
    },
  }
}
