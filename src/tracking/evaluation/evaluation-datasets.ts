import { createHash } from 'node:crypto'
import { sql, type Kysely, type Selectable } from 'kysely'
import { TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import { newRunId } from '../runs.ts'
import type { Attribute, Grammar } from '../search/grammar.ts'
import { entries } from '../search/entries.ts'
import { searchRows, type Page, type Search } from '../search/search-rows.ts'
import type { TrackingTables } from '../tables.ts'

type Texts = Readonly<Record<string, string>>

export interface EvaluationDataset {
  readonly id: string
  readonly name: string
  readonly digest: string
  /** What its records hold, as JSON. */
  readonly schema: string
  readonly records: number
  readonly tags: Texts
  readonly experiments: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
  readonly createdBy: string
  readonly updatedBy: string
}

/** Questions with what a good answer holds, which versions of an application are judged by. */
export interface EvaluationDatasets {
  createEvaluationDataset(given: {
    readonly name: string
    readonly tags: Texts
    readonly experiments: readonly string[]
    readonly by: string
  }): Promise<EvaluationDataset>
  evaluationDataset(id: string): Promise<EvaluationDataset>
  /** The experiments it belongs to; without counting its records. Errors: `not_found`. */
  experimentsOfDataset(id: string): Promise<readonly string[]>
  /** In any of the experiments; in all there are when none is given. */
  searchEvaluationDatasets(
    search: Search & { readonly experiments?: readonly string[] },
  ): Promise<Page<EvaluationDataset>>
  removeEvaluationDataset(id: string): Promise<void>
  setEvaluationDatasetTags(
    id: string,
    tags: Readonly<Record<string, string | null>>,
  ): Promise<EvaluationDataset>
  linkEvaluationDataset(
    id: string,
    experiments: readonly string[],
    isLinked: boolean,
  ): Promise<EvaluationDataset>
}

/** Another one whenever something changes. */
export function datasetDigest(id: string, now: number): string {
  return createHash('sha256').update(`${id} ${now}`).digest('hex').slice(0, 8)
}

type Row = Selectable<TrackingTables['evaluation_datasets']>

const columns: Readonly<Record<string, string>> = {
  name: 'name',
  created_by: 'created_by',
  last_updated_by: 'updated_by',
  created_time: 'created_at',
  last_update_time: 'updated_at',
}
const attributes: Readonly<Record<string, Attribute>> = Object.fromEntries(
  Object.keys(columns).map((name) => [
    name,
    { name, kind: name.endsWith('_time') ? 'number' : 'text' } as const,
  ]),
)
const tagArea = { name: 'tags', kind: 'text' } as const
const grammar: Grammar = {
  of: 'evaluation data sets',
  strict: true,
  attributes,
  areas: { tag: tagArea, tags: tagArea },
}

function missing(id: string): TidemillError {
  return new TidemillError('not_found', { kind: 'evaluation data set', name: id })
}

export function openEvaluationDatasets(metadata: Metadata, clock: Clock): EvaluationDatasets {
  const database = metadata.tables<TrackingTables>()

  async function records(rows: readonly Row[]): Promise<readonly EvaluationDataset[]> {
    if (rows.length === 0) return []
    const ids = rows.map((row) => row.id)
    const [tags, links, counts] = await Promise.all([
      database
        .selectFrom('evaluation_dataset_tags')
        .selectAll()
        .where('dataset', 'in', ids)
        .execute(),
      database
        .selectFrom('evaluation_dataset_experiments')
        .selectAll()
        .where('dataset', 'in', ids)
        .orderBy('experiment')
        .execute(),
      database
        .selectFrom('evaluation_records')
        .select((each) => ['dataset', each.fn.countAll<number>().as('count')])
        .where('dataset', 'in', ids)
        .groupBy('dataset')
        .execute(),
    ])
    return rows.map((row) => ({
      ...{ id: row.id, name: row.name, digest: row.digest, schema: row.schema },
      records: Number(counts.find(({ dataset }) => dataset === row.id)?.count ?? 0),
      tags: Object.fromEntries(
        tags.flatMap((tag) => (tag.dataset === row.id ? [[tag.key, tag.value]] : [])),
      ),
      experiments: links.flatMap((link) => (link.dataset === row.id ? [link.experiment] : [])),
      ...{ createdAt: row.created_at, updatedAt: row.updated_at },
      ...{ createdBy: row.created_by, updatedBy: row.updated_by },
    }))
  }

  async function dataset(id: string): Promise<EvaluationDataset> {
    const rows = await database
      .selectFrom('evaluation_datasets')
      .selectAll()
      .where('id', '=', id)
      .execute()
    const [found] = await records(rows)
    if (!found) throw missing(id)
    return found
  }

  async function setTags(
    tx: Kysely<TrackingTables>,
    id: string,
    tags: Readonly<Record<string, string | null>>,
  ): Promise<void> {
    for (const [key, value] of Object.entries(tags)) {
      await tx
        .deleteFrom('evaluation_dataset_tags')
        .where('dataset', '=', id)
        .where('key', '=', key)
        .execute()
      if (value === null) continue
      await tx.insertInto('evaluation_dataset_tags').values({ dataset: id, key, value }).execute()
    }
  }

  async function link(
    tx: Kysely<TrackingTables>,
    id: string,
    experiments: readonly string[],
  ): Promise<void> {
    for (const experiment of experiments) {
      const known = await tx
        .selectFrom('experiments')
        .select('id')
        .where('id', '=', experiment)
        .executeTakeFirst()
      if (!known) throw new TidemillError('not_found', { kind: 'experiment', name: experiment })
      await tx
        .insertInto('evaluation_dataset_experiments')
        .values({ dataset: id, experiment })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
  }

  return {
    evaluationDataset: dataset,

    async experimentsOfDataset(id) {
      const rows = await database
        .selectFrom('evaluation_datasets')
        .leftJoin('evaluation_dataset_experiments', 'dataset', 'id')
        .select('experiment')
        .where('id', '=', id)
        .execute()
      if (rows.length === 0) throw missing(id)
      return rows.flatMap(({ experiment }) => experiment ?? [])
    },

    async createEvaluationDataset({ name, tags, experiments, by }) {
      const now = clock.now()
      const id = `d-${newRunId(now)}`
      await metadata.transaction<TrackingTables, void>(async (tx) => {
        await tx
          .insertInto('evaluation_datasets')
          .values({
            ...{ id, name, schema: '', created_at: now, created_by: by, updated_by: by },
            digest: datasetDigest(id, now),
            updated_at: now,
          })
          .execute()
        await setTags(tx, id, tags)
        await link(tx, id, experiments)
      })
      return dataset(id)
    },

    async searchEvaluationDatasets({ experiments, ...search }) {
      if (experiments?.length === 0) return { items: [] }
      const tags = entries('evaluation_dataset_tags', 'dataset', sql.ref('evaluation_datasets.id'))
      const { rows, next } = await searchRows(metadata, search, {
        table: 'evaluation_datasets',
        grammar,
        target: {
          attribute: (key) => sql.ref(`evaluation_datasets.${columns[key] ?? 'id'}`),
          has: (_area, key, test) => tags.has(key, test),
          value: (_area, key) => tags.value(key),
        },
        natural: ['created_at', 'id'],
        removable: false,
        ...(experiments === undefined
          ? {}
          : {
              where: sql<boolean>`exists (select 1 from evaluation_dataset_experiments l
                where l.dataset = evaluation_datasets.id and l.experiment in (${sql.join([...experiments])}))`,
            }),
      })
      const items = await records(rows as unknown as readonly Row[])
      return { items, ...(next === undefined ? {} : { next }) }
    },

    async removeEvaluationDataset(id) {
      await dataset(id)
      await metadata.transaction<TrackingTables, void>(async (tx) => {
        for (const table of [
          'evaluation_records',
          'evaluation_dataset_tags',
          'evaluation_dataset_experiments',
        ] as const) {
          await tx.deleteFrom(table).where('dataset', '=', id).execute()
        }
        await tx.deleteFrom('evaluation_datasets').where('id', '=', id).execute()
      })
    },

    async setEvaluationDatasetTags(id, tags) {
      await dataset(id)
      await metadata.transaction<TrackingTables, void>((tx) => setTags(tx, id, tags))
      return dataset(id)
    },

    async linkEvaluationDataset(id, experiments, isLinked) {
      await dataset(id)
      if (isLinked) {
        await metadata.transaction<TrackingTables, void>((tx) => link(tx, id, experiments))
      } else if (experiments.length > 0) {
        await database
          .deleteFrom('evaluation_dataset_experiments')
          .where('dataset', '=', id)
          .where('experiment', 'in', [...experiments])
          .execute()
      }
      return dataset(id)
    },
  }
}
