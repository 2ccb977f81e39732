import { TidemillError, type Run, type RunSource } from '#contract'
import { isUniqueViolation, type Clock, type Metadata } from '#store'
import { openEntries, type LogEntries, type ParamValue, type RunKey } from './entries.ts'
import type { ExperimentRecord, Experiments } from './experiments.ts'
import { openMetricNames } from './metric-names.ts'
import { checkKey, nameTag, refuseNameless } from './names.ts'
import { lowerTrust } from './rerun-trust.ts'
import type { RunRow } from './run-info.ts'
import { openRunRecords, type PackedRun } from './run-records.ts'
import { runGrammar, runTarget } from './search/run-search.ts'
import { searchRows, type Page, type Search } from './search/search-rows.ts'
import type { TrackingTables } from './tables.ts'

export interface NewRun {
  /** A free one, for a run that comes from elsewhere. */
  readonly id?: string
  /** By name, made when there is none; or by identifier, which must exist. */
  readonly experiment: string | { readonly id: string }
  readonly name?: string
  readonly params?: Readonly<Record<string, ParamValue>>
  readonly tags?: Readonly<Record<string, string>>
  readonly source?: RunSource
  readonly startedAt?: number
  readonly user: string
}

export interface RunChange {
  readonly name?: string
  readonly status?: Run['status']
  readonly endedAt?: number
}

export interface RunSearch extends Search {
  /** One experiment by name. */
  readonly experiment?: string
  /** Experiments by identifier. */
  readonly experiments?: readonly string[]
}

export interface Runs {
  create(run: NewRun): Promise<Run>
  /** All of the entries or none. A param keeps its first value; another one is a conflict. */
  log(run: string, entries: LogEntries): Promise<void>
  /** Makes a tag's value from the one before; of two at once the second sees what the first made. */
  changeTag(run: string, key: string, change: (before?: string) => string): Promise<void>
  removeTag(run: string, key: string): Promise<void>
  /** Changes a run's name or state. */
  update(run: string, change: RunChange): Promise<Run>
  end(run: string, status: Run['status']): Promise<Run>
  run(id: string): Promise<Run>
  search(search: RunSearch): Promise<Page<Run>>
  /** The same as `run` and `search`, for answers that are put together as text. */
  packedRun(id: string): Promise<PackedRun>
  searchPacked(search: RunSearch): Promise<Page<PackedRun>>
  /** Hides a run. */
  remove(run: string): Promise<void>
  restore(run: string): Promise<Run>
}

export function openRuns(metadata: Metadata, clock: Clock, experiments: Experiments): Runs {
  const database = metadata.tables<TrackingTables>()
  const names = openMetricNames(metadata)
  const records = openRunRecords(metadata)
  const entriesOf = openEntries(metadata, clock, names)

  async function activeRow(id: string): Promise<RunKey & Pick<RunRow, 'source'>> {
    const row = await records.row(id)
    if (row.removed_at === null) return row
    const problem = `The run ${id} must be in the 'active' state: it is removed; restore it first.`
    throw new TidemillError('conflict', { problem })
  }

  async function run(id: string): Promise<Run> {
    const [record] = await records.runs([await records.row(id)])
    if (!record) throw new TidemillError('not_found', { kind: 'run', name: id })
    return record
  }

  async function experimentOf(given: NewRun['experiment']): Promise<ExperimentRecord> {
    if (typeof given === 'string') return experiments.experimentNamed(given)
    const found = await experiments.experiment(given.id)
    if (found.removedAt === undefined) return found
    const problem = `The experiment ${given.id} must be in the 'active' state: it is removed.`
    throw new TidemillError('conflict', { problem })
  }

  async function update(id: string, { name, ...change }: RunChange): Promise<Run> {
    const row = await activeRow(id)
    const tags = name === undefined ? {} : { [nameTag]: name }
    await entriesOf.log(row, { tags }, change)
    return run(id)
  }

  async function rowsOf({
    experiment,
    experiments: ids,
    ...search
  }: RunSearch): Promise<Page<RunRow>> {
    let within = ids
    if (experiment !== undefined) {
      const found = await experiments.findExperiment(experiment)
      if (found?.removedAt !== undefined || !found) {
        throw new TidemillError('not_found', { kind: 'experiment', name: experiment })
      }
      within = [found.id]
    }
    if (within?.length === 0) return { items: [] }
    const { rows, next } = await searchRows(metadata, search, {
      table: 'runs',
      grammar: runGrammar(search.strict ?? false),
      target: runTarget(),
      natural: ['started_at', 'id'],
      ...(within === undefined ? {} : { within: { column: 'experiment', values: within } }),
    })
    return {
      items: rows as unknown as readonly RunRow[],
      ...(next === undefined ? {} : { next }),
    }
  }

  return {
    update,
    run,

    async packedRun(id) {
      const [packed] = await records.packed([await records.row(id)])
      if (!packed) throw new TidemillError('not_found', { kind: 'run', name: id })
      return packed
    },

    async create(given) {
      const { id: experiment } = await experimentOf(given.experiment)
      const id = given.id ?? newRunId(clock.now())
      const name = given.name ?? given.tags?.[nameTag] ?? `run-${id.slice(-6)}`
      const source = JSON.stringify(given.source ?? {})
      const row = { experiment, name, status: 'running', user_name: given.user, source }
      const times = { started_at: given.startedAt ?? clock.now(), ended_at: null, removed_at: null }
      const { params = {}, tags = {} } = given
      const made = { id, ...row, ...times }
      try {
        await entriesOf.make(made, { params, tags: { ...tags, [nameTag]: name } })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        throw new TidemillError('already_exists', { kind: 'run', name: id }, error)
      }
      return run(id)
    },

    async log(id, entries) {
      const row = await activeRow(id)
      const { params = {}, trust } = entries
      if (trust !== undefined && Object.keys(params).length > 0)
        await lowerTrust(metadata, row, trust)
      await entriesOf.log(row, entries)
    },

    async changeTag(id, key, change) {
      await activeRow(id)
      checkKey('tag', key)
      await metadata.transaction<TrackingTables, void>(async (tx) => {
        const before = await tx
          .selectFrom('run_tags')
          .select('value')
          .where('run', '=', id)
          .where('key', '=', key)
          .executeTakeFirst()
        const value = change(before?.value)
        await tx
          .insertInto('run_tags')
          .values({ run: id, key, value })
          .onConflict((conflict) => conflict.columns(['run', 'key']).doUpdateSet({ value }))
          .execute()
      })
    },

    async removeTag(id, key) {
      await activeRow(id)
      refuseNameless(key)
      const { numDeletedRows } = await database
        .deleteFrom('run_tags')
        .where('run', '=', id)
        .where('key', '=', key)
        .executeTakeFirst()
      if (numDeletedRows === 0n) throw new TidemillError('not_found', { kind: 'tag', name: key })
    },

    end: (id, status) =>
      update(id, { status, ...(status === 'running' ? {} : { endedAt: clock.now() }) }),

    async search(search) {
      const { items, ...rest } = await rowsOf(search)
      return { ...rest, items: await records.runs(items) }
    },

    async searchPacked(search) {
      const { items, ...rest } = await rowsOf(search)
      return { ...rest, items: await records.packed(items) }
    },

    async remove(id) {
      await records.row(id)
      await database
        .updateTable('runs')
        .set({ removed_at: clock.now() })
        .where('id', '=', id)
        .where('removed_at', 'is', null)
        .execute()
    },

    async restore(id) {
      await records.row(id)
      await database.updateTable('runs').set({ removed_at: null }).where('id', '=', id).execute()
      return run(id)
    },
  }
}

/** 32 hexadecimal digits, as MLflow's clients know runs; the first twelve are milliseconds, so that they sort by time. */
export function newRunId(now: number): string {
  const random = crypto.getRandomValues(new Uint8Array(10))
  return now.toString(16).padStart(12, '0') + Buffer.from(random).toString('hex')
}
