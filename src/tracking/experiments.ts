import type { Selectable } from 'kysely'
import { TidemillError, type Experiment } from '#contract'
import { isUniqueViolation, type Clock, type Metadata } from '#store'
import { among } from './among.ts'
import { checkKey } from './names.ts'
import { experimentGrammar, experimentTarget } from './search/experiment-search.ts'
import { searchRows, type Page, type Search } from './search/search-rows.ts'
import type { TrackingTables } from './tables.ts'

export interface ExperimentRecord {
  readonly id: string
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly createdAt: number
  readonly updatedAt: number
  readonly removedAt?: number
  /** Where its runs keep their files when not with this server. */
  readonly artifactRoot?: string
}

export interface NewExperiment {
  readonly name: string
  readonly id?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly artifactRoot?: string
}

export interface Experiments {
  /** With the number of their runs, the last used first; all of them, or the one of a name; hidden ones as well or alone, if said. */
  experiments(name?: string, removed?: Search['removed']): Promise<readonly Experiment[]>
  /** All of them, or only those of `within`. */
  searchExperiments(
    search: Search & { readonly within?: readonly string[] },
  ): Promise<Page<ExperimentRecord>>
  experiment(id: string): Promise<ExperimentRecord>
  /** By name, removed ones too: a name stays taken until its experiment is gone for good. */
  findExperiment(name: string): Promise<ExperimentRecord | undefined>
  createExperiment(given: NewExperiment): Promise<ExperimentRecord>
  /** The experiment of that name, made when there is none, or brought back with the runs that went with it. */
  experimentNamed(name: string): Promise<ExperimentRecord>
  renameExperiment(id: string, name: string): Promise<void>
  setExperimentTag(id: string, key: string, value: string): Promise<void>
  removeExperimentTag(id: string, key: string): Promise<void>
  /** Hides an experiment with its runs. */
  removeExperiment(id: string): Promise<void>
  /** Brings it back with the runs that went with it. */
  restoreExperiment(id: string): Promise<void>
}

type Row = Selectable<TrackingTables['experiments']>

export function openExperiments(metadata: Metadata, clock: Clock): Experiments {
  const database = metadata.tables<TrackingTables>()

  async function records(rows: readonly Row[]): Promise<readonly ExperimentRecord[]> {
    if (rows.length === 0) return []
    const tags = await database
      .selectFrom('experiment_tags')
      .selectAll()
      .where(
        among(
          'experiment',
          rows.map((row) => row.id),
          metadata.dialect,
        ),
      )
      .execute()
    const tagsOf = Map.groupBy(tags, (tag) => tag.experiment)
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      tags: Object.fromEntries((tagsOf.get(row.id) ?? []).map(({ key, value }) => [key, value])),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      ...(row.removed_at === null ? {} : { removedAt: row.removed_at }),
      ...(row.artifact_root === null ? {} : { artifactRoot: row.artifact_root }),
    }))
  }

  async function find(by: 'id' | 'name', value: string): Promise<ExperimentRecord | undefined> {
    const rows = await database
      .selectFrom('experiments')
      .selectAll()
      .where(by, '=', value)
      .execute()
    return (await records(rows))[0]
  }

  async function experiment(id: string): Promise<ExperimentRecord> {
    const found = await find('id', id)
    if (!found) throw new TidemillError('not_found', { kind: 'experiment', name: id })
    return found
  }

  async function active(id: string): Promise<ExperimentRecord> {
    const found = await experiment(id)
    if (found.removedAt === undefined) return found
    const problem = `The experiment ${found.name} is removed; restore it first.`
    throw new TidemillError('conflict', { problem })
  }

  async function createExperiment(given: NewExperiment): Promise<ExperimentRecord> {
    const { name, tags = {} } = given
    const id = given.id ?? newExperimentId(clock.now())
    const now = clock.now()
    for (const key of Object.keys(tags)) checkKey('tag', key)
    try {
      await metadata.transaction<TrackingTables, void>(async (tx) => {
        const times = { created_at: now, updated_at: now, removed_at: null }
        const artifact_root = given.artifactRoot ?? null
        await tx
          .insertInto('experiments')
          .values({ id, name, artifact_root, ...times })
          .execute()
        const rows = Object.entries(tags).map(([key, value]) => ({ experiment: id, key, value }))
        if (rows.length > 0) await tx.insertInto('experiment_tags').values(rows).execute()
      })
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw new TidemillError('already_exists', { kind: 'experiment', name }, error)
    }
    return experiment(id)
  }

  /** With the runs that went with it; without them they could not be restored any more. */
  async function bringBack(id: string): Promise<void> {
    await metadata.transaction<TrackingTables, void>(async (tx) => {
      const row = await tx
        .selectFrom('experiments')
        .select('removed_at')
        .where('id', '=', id)
        .executeTakeFirst()
      if (row?.removed_at == null) return
      await tx
        .updateTable('experiments')
        .set({ removed_at: null, updated_at: clock.now() })
        .where('id', '=', id)
        .execute()
      await tx
        .updateTable('runs')
        .set({ removed_at: null })
        .where('experiment', '=', id)
        .where('removed_at', '=', row.removed_at)
        .execute()
    })
  }

  return {
    experiment,
    createExperiment,
    findExperiment: (name) => find('name', name),

    async experiments(name, removed = 'without') {
      // Asked of an index for each, not by a join: that looked at every run of the project.
      let select = database.selectFrom('experiments').select((each) => {
        const own = each.selectFrom('runs').whereRef('runs.experiment', '=', 'experiments.id')
        const runs = removed === 'without' ? own.where('runs.removed_at', 'is', null) : own
        return [
          'experiments.id',
          runs.select((run) => run.fn.countAll<number>().as('runs')).as('count'),
          runs.select((run) => run.fn.max('runs.started_at').as('latest')).as('last'),
        ]
      })
      if (removed === 'without') select = select.where('experiments.removed_at', 'is', null)
      if (removed === 'only') select = select.where('experiments.removed_at', 'is not', null)
      if (name !== undefined) select = select.where('experiments.name', '=', name)
      const counted = new Map((await select.execute()).map((row) => [row.id, row]))
      if (counted.size === 0) return []
      const rows = await database
        .selectFrom('experiments')
        .selectAll()
        .where(among('id', [...counted.keys()], metadata.dialect))
        .execute()
      return (await records(rows))
        .map(({ id, name: own, createdAt, removedAt, artifactRoot, tags }) => {
          const last = counted.get(id)?.last ?? null
          return {
            ...{ id, name: own, createdAt, tags, runs: Number(counted.get(id)?.count ?? 0) },
            ...(removedAt === undefined ? {} : { removedAt }),
            ...(last === null ? {} : { lastRunAt: Number(last) }),
            ...(artifactRoot === undefined ? {} : { artifactRoot }),
          }
        })
        .toSorted((a, b) => (b.lastRunAt ?? b.createdAt) - (a.lastRunAt ?? a.createdAt))
    },

    async searchExperiments({ within, ...search }) {
      if (within?.length === 0) return { items: [] }
      const target = experimentTarget()
      const { rows, next } = await searchRows(metadata, search, {
        table: 'experiments',
        grammar: experimentGrammar(search.strict ?? false),
        target,
        natural: ['created_at', 'id'],
        ...(within ? { within: { column: 'id', values: within } } : {}),
      })
      return {
        items: await records(rows as unknown as readonly Row[]),
        ...(next === undefined ? {} : { next }),
      }
    },

    async experimentNamed(name) {
      const found = await find('name', name)
      if (found?.removedAt === undefined && found) return found
      if (found) {
        await bringBack(found.id)
        return experiment(found.id)
      }
      try {
        return await createExperiment({ name })
      } catch (error) {
        // Someone else made it just now.
        const made = await find('name', name)
        if (made) return made
        throw error
      }
    },

    async renameExperiment(id, name) {
      await active(id)
      try {
        await database
          .updateTable('experiments')
          .set({ name, updated_at: clock.now() })
          .where('id', '=', id)
          .execute()
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new TidemillError('already_exists', { kind: 'experiment', name }, error)
      }
    },

    async setExperimentTag(id, key, value) {
      await active(id)
      await database
        .insertInto('experiment_tags')
        .values({ experiment: id, key: checkKey('tag', key), value })
        .onConflict((conflict) => conflict.columns(['experiment', 'key']).doUpdateSet({ value }))
        .execute()
    },

    async removeExperimentTag(id, key) {
      await active(id)
      const { numDeletedRows } = await database
        .deleteFrom('experiment_tags')
        .where('experiment', '=', id)
        .where('key', '=', key)
        .executeTakeFirst()
      if (numDeletedRows === 0n) throw new TidemillError('not_found', { kind: 'tag', name: key })
    },

    async removeExperiment(id) {
      const found = await experiment(id)
      if (found.removedAt !== undefined) {
        throw new TidemillError('not_found', { kind: 'experiment', name: id })
      }
      const now = clock.now()
      await metadata.transaction<TrackingTables, void>(async (tx) => {
        await tx
          .updateTable('experiments')
          .set({ removed_at: now, updated_at: now })
          .where('id', '=', id)
          .execute()
        await tx
          .updateTable('runs')
          .set({ removed_at: now })
          .where('experiment', '=', id)
          .where('removed_at', 'is', null)
          .execute()
      })
    },

    async restoreExperiment(id) {
      if ((await experiment(id)).removedAt === undefined) {
        throw new TidemillError('not_found', { kind: 'removed experiment', name: id })
      }
      await bringBack(id)
    },
  }
}

/** An integer, as MLflow's clients expect, that sorts by time: milliseconds and five random digits. */
function newExperimentId(now: number): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
  return `${now}${String(random % 100_000).padStart(5, '0')}`
}
