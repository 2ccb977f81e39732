import type { Kysely, Selectable } from 'kysely'
import type { Model } from '#contract'
import type { Metadata } from '#store'
import type { RegistryTables } from './tables.ts'

/** A name and the time in which it was one model's: after `after`, up to `until`, and where that is not there, to this day. */
export interface ModelName {
  readonly name: string
  readonly after: number
  readonly until?: number
}

/**
 * What models were called before they were renamed. What was written under a name is not written anew: who reads it asks what the model
 * that had the name then is called now.
 */
export interface Names {
  /** The present name of the model that had a name at a time; of one that is gone, the last it had. */
  presentNames(): Promise<(name: string, then: number) => string>
  /** Every name a model has had. A name may have been that of several models, one after the other. */
  namesOf(model: string): Promise<readonly ModelName[]>
}

export function openNames(metadata: Metadata, model: (name: string) => Promise<Model>): Names {
  const database = metadata.tables<RegistryTables>()
  const earlier = () => database.selectFrom('model_names').selectAll().orderBy('until').execute()

  return {
    async presentNames() {
      const byName = Map.groupBy(await earlier(), ({ name }) => name)
      return (name, then) => byName.get(name)?.find(({ until }) => until >= then)?.model ?? name
    },

    async namesOf(name) {
      const { createdAt } = await model(name)
      const own = (await earlier()).filter((each) => each.model === name && each.until >= createdAt)
      const since = [createdAt - 1, ...own.map(({ until }) => until)]
      return [...own, { name, until: undefined }].map(({ name: of, until }, place) => ({
        ...{ name: of, after: since[place] ?? createdAt },
        ...(until === undefined ? {} : { until }),
      }))
    },
  }
}

/** What had a name until now, and what it was called before, is found by another name from now on. */
export async function keepName(
  tx: Kysely<RegistryTables>,
  {
    name,
    created_at: createdAt,
  }: Pick<Selectable<RegistryTables['models']>, 'name' | 'created_at'>,
  to: string,
  until: number,
): Promise<void> {
  // Names from before it was made are those of another that had its name and is gone.
  await tx
    .updateTable('model_names')
    .set({ model: to })
    .where('model', '=', name)
    .where('until', '>=', createdAt)
    .execute()
  await tx
    .insertInto('model_names')
    .values({ name, model: to, until })
    .onConflict((conflict) => conflict.columns(['name', 'until']).doUpdateSet({ model: to }))
    .execute()
}
