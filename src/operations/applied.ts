import type { Declaration, PlannedChange } from '#contract'
import type { Clock, Metadata } from '#store'
import { kindsInOrder } from './plan.ts'
import type { OperationsTables } from './tables.ts'

/** What was applied last, thing by thing, so that an apply that was cut short continues where it stopped. */
export interface Applied {
  read(): Promise<Declaration>
  save(kind: PlannedChange['kind'], name: string, body: object, by: string): Promise<void>
  remove(kind: PlannedChange['kind'], name: string): Promise<void>
}

export function openApplied(metadata: Metadata, clock: Clock): Applied {
  const database = metadata.tables<OperationsTables>()
  return {
    async read() {
      const rows = await database.selectFrom('operations_applied').selectAll().execute()
      return Object.fromEntries(
        kindsInOrder.map(([kind, area]) => [
          area,
          Object.fromEntries(
            rows
              .filter((row) => row.kind === kind)
              .map((row) => [row.name, JSON.parse(row.body) as object]),
          ),
        ]),
      ) as Declaration
    },

    async save(kind, name, body, by) {
      const row = { body: JSON.stringify(body), applied_at: clock.now(), applied_by: by }
      await database
        .insertInto('operations_applied')
        .values({ kind, name, ...row })
        .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet(row))
        .execute()
    },

    async remove(kind, name) {
      await database
        .deleteFrom('operations_applied')
        .where('kind', '=', kind)
        .where('name', '=', name)
        .execute()
    },
  }
}
