import { sql, type Selectable } from 'kysely'
import { TidemillError, type AliasPolicy, type Model, type Requirement } from '#contract'
import type { Clock, Metadata } from '#store'
import { among, searchRows, type Page, type Search } from '#tracking'
import { modelGrammar, modelTarget } from './search.ts'
import type { RegistryTables } from './tables.ts'

/** Registered models and what is asked of them. */
export interface Models {
  models(): Promise<readonly Model[]>
  model(name: string): Promise<Model>
  findModel(name: string): Promise<Model | undefined>
  /** Prompts, which MLflow keeps as models, only with `prompts`. */
  searchModels(search: Search & { readonly prompts: boolean }): Promise<Page<Model>>
  /** Makes a model or changes what is said of it. */
  declare(name: string, description?: string): Promise<Model>
  /** Errors: `conflict` where they are not those any more that were read `before`. */
  setRequirements(
    name: string,
    requirements: readonly Requirement[],
    before: readonly Requirement[],
  ): Promise<Model>
}

type ModelRow = Selectable<RegistryTables['models']>

const isPrompt = sql<boolean>`exists (select 1 from model_tags p where p.model = models.name
  and p.key = 'mlflow.prompt.is_prompt' and lower(p.value) = 'true')`

export function openModels(metadata: Metadata, clock: Clock): Models {
  const database = metadata.tables<RegistryTables>()

  async function findModel(name: string): Promise<Model | undefined> {
    const [row] = await database.selectFrom('models').selectAll().where('name', '=', name).execute()
    return row && (await modelRecords([row]))[0]
  }

  async function model(name: string): Promise<Model> {
    const found = await findModel(name)
    if (!found) throw new TidemillError('not_found', { kind: 'model', name })
    return found
  }

  async function modelRecords(rows: readonly ModelRow[]): Promise<readonly Model[]> {
    if (rows.length === 0) return []
    const ofNames = among(
      'model',
      rows.map((row) => row.name),
      metadata.dialect,
    )
    const [named, newest, tags] = await Promise.all([
      database.selectFrom('model_aliases').selectAll().where(ofNames).orderBy('alias').execute(),
      database
        .selectFrom('model_versions')
        .select((select) => ['model', select.fn.max('version').as('latest')])
        .where(ofNames)
        .groupBy('model')
        .execute(),
      database.selectFrom('model_tags').selectAll().where(ofNames).execute(),
    ])
    const aliasesOf = Map.groupBy(named, (each) => each.model)
    const tagsOf = Map.groupBy(tags, (each) => each.model)
    const latestOf = new Map(newest.map((each) => [each.model, Number(each.latest)]))
    return rows.map((row) => {
      const latest = latestOf.get(row.name)
      return {
        name: row.name,
        description: row.description,
        requirements: JSON.parse(row.requirements) as Requirement[],
        policies: JSON.parse(row.policies) as Record<string, AliasPolicy>,
        aliases: Object.fromEntries(
          (aliasesOf.get(row.name) ?? []).map(({ alias, version: number }) => [alias, number]),
        ),
        ...(latest === undefined ? {} : { latest }),
        tags: Object.fromEntries(
          (tagsOf.get(row.name) ?? []).map(({ key, value }) => [key, value]),
        ),
        createdAt: row.created_at,
        updatedAt: row.updated_at,
      }
    })
  }

  async function declare(name: string, description?: string): Promise<Model> {
    const given = description === undefined ? {} : { description }
    const now = clock.now()
    const times = { created_at: now, updated_at: now, last_version: 0 }
    await database
      .insertInto('models')
      .values({ name, description: '', requirements: '[]', policies: '{}', ...times, ...given })
      .onConflict((conflict) =>
        description === undefined
          ? conflict.column('name').doNothing()
          : conflict.column('name').doUpdateSet({ description }),
      )
      .execute()
    return model(name)
  }

  return {
    findModel,
    model,
    declare,

    async models() {
      const rows = await database
        .selectFrom('models')
        .selectAll()
        .where(sql<boolean>`not ${isPrompt}`)
        .orderBy('name')
        .execute()
      return modelRecords(rows)
    },

    async searchModels({ prompts, order = [], ...search }) {
      const byName = order.some((term) => /^\W*name\b/i.test(term)) ? [] : ['name ASC']
      const { rows, next } = await searchRows(
        metadata,
        { ...search, order: [...order, ...byName] },
        {
          table: 'models',
          grammar: modelGrammar,
          target: modelTarget,
          natural: ['created_at', 'name'],
          removable: false,
          ...(prompts ? {} : { where: sql<boolean>`not ${isPrompt}` }),
        },
      )
      const items = await modelRecords(rows as unknown as readonly ModelRow[])
      return { items, ...(next === undefined ? {} : { next }) }
    },

    async setRequirements(name, requirements, before) {
      await model(name)
      const { numUpdatedRows } = await database
        .updateTable('models')
        .set({ requirements: JSON.stringify(requirements) })
        .where('name', '=', name)
        .where('requirements', '=', JSON.stringify(before))
        .executeTakeFirst()
      if (Number(numUpdatedRows) > 0) return model(name)
      const problem = `The requirements of ${name} have changed meanwhile: look at them again.`
      throw new TidemillError('conflict', { problem })
    },
  }
}
