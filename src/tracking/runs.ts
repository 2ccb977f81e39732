import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { TidemillError, type Run, type RunSource } from '#contract'
import type { Clock, Metadata } from '#store'
import { among } from './among.ts'
import { downsample } from './downsample.ts'
import { openEntries, type LogEntries, type ParamValue, type RunKey } from './entries.ts'
import type { ExperimentRecord, Experiments } from './experiments.ts'
import type { MetricPoint } from './metric-point.ts'
import { readValue } from './metric-value.ts'
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

/** A run with the step and time of each metric's last value. */
export interface LoggedRun {
  readonly run: Run
  readonly latest: readonly MetricPoint[]
}

export interface Runs {
  create(run: NewRun): Promise<Run>
  /** All of the entries or none. A param keeps its first value; another one is a conflict. */
  log(run: string, entries: LogEntries): Promise<void>
  removeTag(run: string, key: string): Promise<void>
  /** Changes a run's name or state. */
  update(run: string, change: RunChange): Promise<Run>
  end(run: string, status: Run['status']): Promise<Run>
  run(id: string): Promise<Run>
  loggedRun(id: string): Promise<LoggedRun>
  search(search: RunSearch): Promise<Page<Run>>
  searchLogged(search: RunSearch): Promise<Page<LoggedRun>>
  /** At most about `points` points of a metric, extremes kept; all steps, or those from `start` to `end`. */
  history(
    run: string,
    key: string,
    which?: { readonly points?: number; readonly start?: number; readonly end?: number },
  ): Promise<{ readonly points: readonly MetricPoint[]; readonly total: number }>
  /** One page of a metric's points as they were logged, by step. */
  historyPage(
    run: string,
    key: string,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<readonly MetricPoint[]>
  /** Hides a run. */
  remove(run: string): Promise<void>
  restore(run: string): Promise<Run>
}

/** Where a run's name is kept for MLflow's clients, which read it from there. */
const nameTag = 'mlflow.runName'

type Row = Selectable<TrackingTables['runs']>

export function openRuns(metadata: Metadata, clock: Clock, experiments: Experiments): Runs {
  const database = metadata.tables<TrackingTables>()
  const write = openEntries(metadata, clock)

  async function runRow(id: string): Promise<Row> {
    const row = await database
      .selectFrom('runs')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'run', name: id })
    return row
  }

  async function activeRow(id: string): Promise<RunKey> {
    const row = await runRow(id)
    if (row.removed_at === null) return row
    const problem = `The run ${id} must be in the 'active' state: it is removed; restore it first.`
    throw new TidemillError('conflict', { problem })
  }

  async function records(rows: readonly Row[]): Promise<readonly LoggedRun[]> {
    if (rows.length === 0) return []
    const ids = rows.map((row) => row.id)
    const numbers = rows.map((row) => row.number)
    const [names, params, tags, metrics] = await Promise.all([
      database
        .selectFrom('experiments')
        .select(['id', 'name'])
        .where('id', 'in', [...new Set(rows.map((row) => row.experiment))])
        .execute(),
      database
        .selectFrom('run_params')
        .selectAll()
        .where(among('run', ids, metadata.dialect))
        .execute(),
      database
        .selectFrom('run_tags')
        .selectAll()
        .where(among('run', ids, metadata.dialect))
        .execute(),
      database
        .selectFrom('metric_latest')
        .innerJoin('metric_keys', 'metric_keys.id', 'metric_latest.key')
        .select(['run', 'name', 'step', 'at', 'value', 'special'])
        .where(among('metric_latest.run', numbers, metadata.dialect))
        .execute(),
    ])
    const nameOf = new Map(names.map((each) => [each.id, each.name]))
    const paramsOf = Map.groupBy(params, (each) => each.run)
    const tagsOf = Map.groupBy(tags, (each) => each.run)
    const metricsOf = Map.groupBy(metrics, (each) => each.run)
    return rows.map((row) => {
      const latest = (metricsOf.get(row.number) ?? []).map((each) => pointOf(each.name, each))
      const run: Run = {
        id: row.id,
        experiment: nameOf.get(row.experiment) ?? '',
        experimentId: row.experiment,
        name: row.name,
        status: row.status as Run['status'],
        startedAt: row.started_at,
        ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
        ...(row.removed_at === null ? {} : { removedAt: row.removed_at }),
        ...(row.artifact_root === null ? {} : { artifactRoot: row.artifact_root }),
        user: row.user_name,
        params: textsOf(paramsOf.get(row.id)),
        metrics: Object.fromEntries(latest.map(({ key, value }) => [key, value])),
        tags: textsOf(tagsOf.get(row.id)),
        source: JSON.parse(row.source) as RunSource,
      }
      return { run, latest }
    })
  }

  async function loggedRun(id: string): Promise<LoggedRun> {
    const [record] = await records([await runRow(id)])
    if (!record) throw new TidemillError('not_found', { kind: 'run', name: id })
    return record
  }

  const run = async (id: string): Promise<Run> => (await loggedRun(id)).run

  async function experimentOf(given: NewRun['experiment']): Promise<ExperimentRecord> {
    if (typeof given === 'string') return experiments.experimentNamed(given)
    const found = await experiments.experiment(given.id)
    if (found.removedAt === undefined) return found
    const problem = `The experiment ${given.id} must be in the 'active' state: it is removed.`
    throw new TidemillError('conflict', { problem })
  }

  async function update(id: string, { name, status, endedAt }: RunChange): Promise<Run> {
    const row = await activeRow(id)
    const set = {
      ...(name === undefined ? {} : { name }),
      ...(status === undefined ? {} : { status }),
      ...(endedAt === undefined ? {} : { ended_at: endedAt }),
    }
    if (Object.keys(set).length > 0) {
      await database.updateTable('runs').set(set).where('id', '=', id).execute()
    }
    if (name !== undefined) await write(row, { tags: { [nameTag]: name } })
    return run(id)
  }

  async function searchLogged({
    experiment,
    experiments: ids,
    ...search
  }: RunSearch): Promise<Page<LoggedRun>> {
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
      ...(within === undefined
        ? {}
        : { where: sql<boolean>`runs.experiment in (${sql.join([...within])})` }),
    })
    const items = await records(rows as unknown as readonly Row[])
    return { items, ...(next === undefined ? {} : { next }) }
  }

  const points = (number: number, key: string) =>
    database
      .selectFrom('metric_points')
      .innerJoin('metric_keys', 'metric_keys.id', 'metric_points.key')
      .where('run', '=', number)
      .where('name', '=', key)

  return {
    update,
    run,
    loggedRun,

    async create(given) {
      const { id: experiment } = await experimentOf(given.experiment)
      const id = given.id ?? newRunId(clock.now())
      const name = given.name ?? given.tags?.[nameTag] ?? `run-${id.slice(-6)}`
      const source = JSON.stringify(given.source ?? {})
      const row = { experiment, name, status: 'running', user_name: given.user, source }
      const times = { started_at: given.startedAt ?? clock.now(), ended_at: null, removed_at: null }
      await database
        .insertInto('runs')
        .values({ id, ...row, ...times })
        .execute()
      const { params = {}, tags = {} } = given
      await write(await runRow(id), { params, tags: { ...tags, [nameTag]: name } })
      return run(id)
    },

    async log(id, entries) {
      const row = await activeRow(id)
      await write(row, entries)
      const name = entries.tags?.[nameTag]
      if (name !== undefined) {
        await database.updateTable('runs').set({ name }).where('id', '=', id).execute()
      }
    },

    async removeTag(id, key) {
      await activeRow(id)
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
      const { items, ...rest } = await searchLogged(search)
      return { ...rest, items: items.map((item) => item.run) }
    },

    searchLogged,

    async history(id, key, { points: count = 10_000, start, end } = {}) {
      const { number } = await runRow(id)
      let select = points(number, key)
        .select(['step', 'at', 'value', 'special'])
        .orderBy('step')
        .orderBy('at')
      if (start !== undefined) select = select.where('step', '>=', start)
      if (end !== undefined) select = select.where('step', '<=', end)
      const all = (await select.execute()).map((row) => pointOf(key, row))
      return { points: downsample(all, count), total: all.length }
    },

    async historyPage(id, key, { offset, limit }) {
      const { number } = await runRow(id)
      const rows = await points(number, key)
        .select(['step', 'at', 'value', 'special'])
        .orderBy('step')
        .orderBy('at')
        .orderBy('value')
        .limit(limit)
        .offset(offset)
        .execute()
      return rows.map((row) => pointOf(key, row))
    },

    async remove(id) {
      await runRow(id)
      await database
        .updateTable('runs')
        .set({ removed_at: clock.now() })
        .where('id', '=', id)
        .where('removed_at', 'is', null)
        .execute()
    },

    async restore(id) {
      await runRow(id)
      await database.updateTable('runs').set({ removed_at: null }).where('id', '=', id).execute()
      return run(id)
    },
  }
}

function pointOf(
  key: string,
  row: { value: number; special: number; step: number; at: number },
): MetricPoint {
  return { key, value: readValue(row), step: row.step, time: row.at }
}

function textsOf(
  rows: readonly { key: string; value: string }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((rows ?? []).map(({ key, value }) => [key, value]))
}

/** 32 hexadecimal digits, as MLflow's clients know runs; the first twelve are milliseconds, so that they sort by time. */
export function newRunId(now: number): string {
  const random = crypto.getRandomValues(new Uint8Array(10))
  return now.toString(16).padStart(12, '0') + Buffer.from(random).toString('hex')
}
