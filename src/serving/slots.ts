import type { Kysely, Selectable } from 'kysely'
import { TidemillError } from '#contract'
import type { Clock } from '#store'
import type { BringUp } from './bring-up.ts'
import { newSlot, retire, type Slot } from './slot.ts'
import type { ServingTables } from './tables.ts'

type Row = Selectable<ServingTables['endpoints']>

/** The endpoints of the table, as this process answers for them. */
export interface Slots {
  all(): Promise<readonly Slot[]>
  /** One that this process knows already, at once. */
  known(name: string): Slot | undefined
  named(name: string): Promise<Slot>
  /** What answered goes on until the new one does. */
  put(name: string, model: string, alias: string): Promise<Slot>
  remove(name: string): Promise<void>
  /** Endpoints as the table has them now, each at the version its alias names now. */
  follow(): Promise<void>
}

export async function openSlots(
  database: Kysely<ServingTables>,
  clock: Clock,
  bringUp: BringUp,
): Promise<Slots> {
  const slots = new Map<string, Slot>()
  for (const row of await rows()) keep(row)

  function rows(): Promise<Row[]> {
    return database.selectFrom('endpoints').selectAll().orderBy('name').execute()
  }

  async function rowNamed(name: string): Promise<Row> {
    const row = await database
      .selectFrom('endpoints')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'endpoint', name })
    return row
  }

  /** With the model and alias that the row has now. */
  function keep({ name, model, alias, created_at: createdAt }: Row): Slot {
    const slot = slots.get(name) ?? newSlot(name, model, alias, createdAt)
    slots.set(name, slot)
    return Object.assign(slot, { model, alias })
  }

  // Another process may have made it.
  const named = async (name: string): Promise<Slot> => slots.get(name) ?? keep(await rowNamed(name))

  function drop(name: string): void {
    const slot = slots.get(name)
    if (!slot) return
    slot.dropped = true
    slots.delete(name)
    retire(slot.live)
  }

  return {
    all: async () => (await rows()).map((row) => slots.get(row.name) ?? keep(row)),
    known: (name) => slots.get(name),
    named,

    async put(name, model, alias) {
      await database
        .insertInto('endpoints')
        .values({ name, model, alias, created_at: clock.now() })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ model, alias }))
        .execute()
      // As the row is: another may have changed it since.
      await bringUp.swap(keep(await rowNamed(name))).catch(() => undefined)
      return named(name)
    },

    async remove(name) {
      await named(name)
      await database.deleteFrom('endpoints').where('name', '=', name).execute()
      drop(name)
    },

    async follow() {
      const there = new Map((await rows()).map((row) => [row.name, row]))
      // In one turn: while versions are loaded the rows change.
      const known = [...slots.keys()].flatMap((name) => {
        const row = there.get(name)
        if (row) return [keep(row)]
        drop(name)
        return []
      })
      for (const slot of known) {
        if (!slot.dropped) await bringUp.swap(slot, { isPatient: true }).catch(() => undefined)
      }
    },
  }
}
