import { newId, type CardEdit, type ModelVersion } from '#contract'
import type { Clock, Metadata } from '#store'
import type { RegistryTables } from './tables.ts'

/** What people write of versions, with everything that was written before. */
export interface Cards {
  setCard(model: string, version: number, card: string, by: string): Promise<ModelVersion>
  /** Newest first. */
  cardEdits(model: string, version: number): Promise<readonly CardEdit[]>
}

export function openCards(
  metadata: Metadata,
  clock: Clock,
  version: (model: string, version: number) => Promise<ModelVersion>,
): Cards {
  const database = metadata.tables<RegistryTables>()
  return {
    async setCard(name, number, card, by) {
      await metadata.transaction<RegistryTables, void>(async (tx) => {
        const before = await tx
          .selectFrom('model_versions')
          .select('card')
          .where('model', '=', name)
          .where('version', '=', number)
          .executeTakeFirst()
        if (!before || before.card === card) return
        const at = clock.now()
        await tx
          .insertInto('model_card_edits')
          .values({ id: newId(at), model: name, version: number, card: before.card, who: by, at })
          .execute()
        await tx
          .updateTable('model_versions')
          .set({ card, updated_at: at })
          .where('model', '=', name)
          .where('version', '=', number)
          .execute()
      })
      return version(name, number)
    },

    async cardEdits(name, number) {
      const { card } = await version(name, number)
      const rows = await database
        .selectFrom('model_card_edits')
        .select(['card', 'who', 'at'])
        .where('model', '=', name)
        .where('version', '=', number)
        .orderBy('id', 'desc')
        .execute()
      // An edit keeps what was there before it; what it made of that is what the next one found.
      return rows.map((row, i) => ({
        who: row.who,
        at: row.at,
        before: row.card,
        after: i === 0 ? card : (rows[i - 1]?.card ?? card),
      }))
    },
  }
}
