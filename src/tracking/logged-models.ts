import { sql, type Selectable } from 'kysely'
import { TidemillError } from '#contract'
import { isUniqueViolation, type Clock, type Metadata } from '#store'
import { among } from './among.ts'
import { modelMetric, type MetricRow, type ModelMetric } from './model-points.ts'
import { checkKey } from './names.ts'
import { newRunId } from './runs.ts'
import {
  loggedModelGrammar,
  loggedModelTarget,
  type MeasuredOn,
} from './search/logged-model-search.ts'
import { searchRows, type Page, type Search } from './search/search-rows.ts'
import type { TrackingTables } from './tables.ts'

export type LoggedModelStatus = 'pending' | 'ready' | 'failed'

export interface LoggedModel {
  readonly id: string
  readonly experiment: string
  readonly name: string
  readonly type: string
  readonly status: LoggedModelStatus
  readonly message: string
  readonly run?: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly metrics: readonly ModelMetric[]
}

export interface NewLoggedModel {
  readonly id?: string
  readonly experiment: string
  readonly name?: string
  readonly type?: string
  readonly run?: string
  readonly params?: Readonly<Record<string, string>>
  readonly tags?: Readonly<Record<string, string>>
}

export interface LoggedModelSearch extends Search {
  readonly experiments: readonly string[]
  readonly datasets?: readonly MeasuredOn[]
}

/** Models as training left them, before anyone registers one: files, params, tags and the metrics measured on them. */
export interface LoggedModels {
  createLoggedModel(given: NewLoggedModel): Promise<LoggedModel>
  loggedModel(id: string): Promise<LoggedModel>
  searchLoggedModels(search: LoggedModelSearch): Promise<Page<LoggedModel>>
  finishLoggedModel(id: string, status: LoggedModelStatus): Promise<LoggedModel>
  logModelParams(id: string, params: Readonly<Record<string, string>>): Promise<void>
  setModelTags(id: string, tags: Readonly<Record<string, string>>): Promise<LoggedModel>
  removeModelTag(id: string, key: string): Promise<void>
  removeLoggedModel(id: string): Promise<void>
}

type Row = Selectable<TrackingTables['logged_models']>

export function openLoggedModels(metadata: Metadata, clock: Clock): LoggedModels {
  const database = metadata.tables<TrackingTables>()

  async function records(rows: readonly Row[]): Promise<readonly LoggedModel[]> {
    if (rows.length === 0) return []
    const ids = rows.map((row) => row.id)
    const [params, tags, metrics] = await Promise.all([
      database
        .selectFrom('logged_model_params')
        .selectAll()
        .where(among('model', ids, metadata.dialect))
        .execute(),
      database
        .selectFrom('logged_model_tags')
        .selectAll()
        .where(among('model', ids, metadata.dialect))
        .execute(),
      // A model can have a point for each step of its training; of all these only the last is shown.
      sql<MetricRow>`select * from (
          select m.*, row_number() over (
            partition by model, key, dataset_name, dataset_digest order by step desc, at desc, value desc
          ) as place from logged_model_metrics m where ${among('m.model', ids, metadata.dialect)}
        ) newest where place = 1 order by key, dataset_name, dataset_digest`.execute(database),
    ])
    const [paramsOf, tagsOf] = [params, tags].map((all) => Map.groupBy(all, (each) => each.model))
    const metricsOf = Map.groupBy(metrics.rows, (each) => each.model)
    const textsIn = (all: typeof paramsOf, id: string): Record<string, string> =>
      Object.fromEntries((all?.get(id) ?? []).map(({ key, value }) => [key, value]))
    return rows.map((row) => ({
      id: row.id,
      experiment: row.experiment,
      name: row.name,
      type: row.type,
      status: row.status as LoggedModelStatus,
      message: row.message,
      ...(row.run === null ? {} : { run: row.run }),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      params: textsIn(paramsOf, row.id),
      tags: textsIn(tagsOf, row.id),
      metrics: (metricsOf.get(row.id) ?? []).map(modelMetric),
    }))
  }

  async function loggedModel(id: string): Promise<LoggedModel> {
    const rows = await database
      .selectFrom('logged_models')
      .selectAll()
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .execute()
    const [found] = await records(rows)
    if (!found) throw new TidemillError('not_found', { kind: 'logged model', name: id })
    return found
  }

  async function touch(
    id: string,
    change: { status?: string; removed_at?: number },
  ): Promise<void> {
    await database
      .updateTable('logged_models')
      .set({ ...change, updated_at: clock.now() })
      .where('id', '=', id)
      .execute()
  }

  async function addTexts(
    table: 'logged_model_params' | 'logged_model_tags',
    rows: ReturnType<typeof textRows>,
  ): Promise<void> {
    if (rows.length === 0) return
    await database
      .insertInto(table)
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['model', 'key'])
          .doUpdateSet((each) => ({ value: each.ref('excluded.value') })),
      )
      .execute()
  }

  return {
    loggedModel,

    async createLoggedModel({
      experiment,
      name,
      type = '',
      run,
      params = {},
      tags = {},
      ...given
    }) {
      const now = clock.now()
      const id = given.id ?? `m-${newRunId(now)}`
      const paramRows = textRows('param', id, params)
      const tagRows = textRows('tag', id, tags)
      try {
        await metadata.transaction<TrackingTables, void>(async (tx) => {
          await tx
            .insertInto('logged_models')
            .values({
              ...{ id, experiment, name: name ?? `model-${id.slice(-6)}`, type },
              ...{ status: 'pending', message: '', run: run ?? null },
              ...{ created_at: now, updated_at: now, removed_at: null },
            })
            .execute()
          if (paramRows.length > 0) {
            await tx.insertInto('logged_model_params').values(paramRows).execute()
          }
          if (tagRows.length > 0) await tx.insertInto('logged_model_tags').values(tagRows).execute()
        })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new TidemillError('already_exists', { kind: 'logged model', name: id }, error)
      }
      return loggedModel(id)
    },

    async searchLoggedModels({ experiments, datasets = [], ...search }) {
      if (experiments.length === 0) return { items: [] }
      const { rows, next } = await searchRows(metadata, search, {
        table: 'logged_models',
        grammar: loggedModelGrammar,
        target: loggedModelTarget(datasets),
        natural: ['created_at', 'id'],
        within: { column: 'experiment', values: experiments },
      })
      const items = await records(rows as unknown as readonly Row[])
      return { items, ...(next === undefined ? {} : { next }) }
    },

    async finishLoggedModel(id, status) {
      await loggedModel(id)
      await touch(id, { status })
      return loggedModel(id)
    },

    async logModelParams(id, params) {
      await loggedModel(id)
      await addTexts('logged_model_params', textRows('param', id, params))
    },

    async setModelTags(id, tags) {
      await loggedModel(id)
      await addTexts('logged_model_tags', textRows('tag', id, tags))
      await touch(id, {})
      return loggedModel(id)
    },

    async removeModelTag(id, key) {
      await loggedModel(id)
      const { numDeletedRows } = await database
        .deleteFrom('logged_model_tags')
        .where('model', '=', id)
        .where('key', '=', key)
        .executeTakeFirst()
      if (numDeletedRows === 0n) throw new TidemillError('not_found', { kind: 'tag', name: key })
    },

    async removeLoggedModel(id) {
      await loggedModel(id)
      await touch(id, { removed_at: clock.now() })
    },
  }
}

function textRows(kind: 'param' | 'tag', model: string, texts: Readonly<Record<string, string>>) {
  return Object.entries(texts).map(([key, value]) => ({ model, key: checkKey(kind, key), value }))
}
