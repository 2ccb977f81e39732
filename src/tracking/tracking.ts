import type { Readable } from 'node:stream'
import { sql, type Kysely, type Selectable } from 'kysely'
import {
  newId,
  TidemillError,
  type Artifact,
  type Digest,
  type Experiment,
  type Run,
  type RunSource,
} from '#contract'
import type { Clock, Metadata, ObjectStore } from '#store'
import { artifactPath } from './artifact-path.ts'
import { downsample } from './downsample.ts'
import type { MetricPoint } from './metric-point.ts'
import { parseFilter } from './filter-parse.ts'
import { filterCondition } from './filter-sql.ts'
import { readValue, storedValue } from './metric-value.ts'
import { parseOrder } from './order.ts'
import type { TrackingTables } from './tables.ts'

type ParamValue = string | number | boolean

export interface NewRun {
  readonly id?: string
  readonly experiment: string
  readonly name?: string
  readonly params?: Readonly<Record<string, ParamValue>>
  readonly tags?: Readonly<Record<string, string>>
  readonly source?: RunSource
  readonly startedAt?: number
  readonly user: string
}

export interface LogEntries {
  readonly metrics?: readonly {
    readonly key: string
    readonly value: number
    readonly step?: number
    readonly time?: number
  }[]
  readonly params?: Readonly<Record<string, ParamValue>>
  readonly tags?: Readonly<Record<string, string>>
}

export interface RunSearch {
  readonly experiment?: string
  readonly experiments?: readonly string[]
  readonly filter?: string
  readonly order?: string
  readonly cursor?: string
  readonly limit?: number
  readonly removed?: boolean
}

/** Experiments and their runs: what was tried, with what, and what came out. */
export interface Tracking {
  experiments(): Promise<readonly Experiment[]>
  experiment(id: string): Promise<Experiment>
  /** The experiment of that name, made when there is none. */
  experimentNamed(name: string): Promise<Experiment>
  findExperiment(name: string): Promise<Experiment | undefined>
  renameExperiment(id: string, name: string): Promise<void>
  removeExperiment(id: string): Promise<void>
  restoreExperiment(id: string): Promise<void>
  create(run: NewRun): Promise<Run>
  /** All of the entries or none. A param keeps its first value; another one is a conflict. */
  log(run: string, entries: LogEntries): Promise<void>
  removeTag(run: string, key: string): Promise<void>
  /** Changes a run's name or state. */
  update(
    run: string,
    change: { readonly name?: string; readonly status?: Run['status']; readonly endedAt?: number },
  ): Promise<Run>
  end(run: string, status: Run['status']): Promise<Run>
  run(id: string): Promise<Run>
  search(search: RunSearch): Promise<{ readonly runs: readonly Run[]; readonly next?: string }>
  history(
    run: string,
    key: string,
    points?: number,
  ): Promise<{ readonly points: readonly MetricPoint[]; readonly total: number }>
  latest(run: string): Promise<readonly MetricPoint[]>
  putArtifact(run: string, path: string, bytes: Readable): Promise<Artifact>
  artifacts(run: string): Promise<readonly Artifact[]>
  artifact(run: string, path: string): Promise<Readable>
  removeArtifact(run: string, path: string): Promise<void>
  remove(run: string): Promise<void>
  restore(run: string): Promise<Run>
  /** Whether a run is hidden. */
  isRemoved(run: string): Promise<boolean>
}

export interface TrackingParts {
  readonly metadata: Metadata
  readonly objects: ObjectStore
  readonly clock: Clock
}

type Database = Kysely<TrackingTables>

export function openTracking({ metadata, objects, clock }: TrackingParts): Tracking {
  const database = metadata.tables<TrackingTables>()

  async function runRow(id: string): Promise<Selectable<TrackingTables['runs']>> {
    const row = await database
      .selectFrom('runs')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'run', name: id })
    return row
  }

  async function records(
    rows: readonly Selectable<TrackingTables['runs']>[],
  ): Promise<readonly Run[]> {
    if (rows.length === 0) return []
    const ids = rows.map((row) => row.id)
    const [experiments, params, tags, metrics] = await Promise.all([
      database
        .selectFrom('experiments')
        .select(['id', 'name'])
        .where('id', 'in', [...new Set(rows.map((row) => row.experiment))])
        .execute(),
      database.selectFrom('run_params').selectAll().where('run', 'in', ids).execute(),
      database.selectFrom('run_tags').selectAll().where('run', 'in', ids).execute(),
      database.selectFrom('run_latest_metrics').selectAll().where('run', 'in', ids).execute(),
    ])
    const nameOf = new Map(experiments.map((each) => [each.id, each.name]))
    const paramsOf = Map.groupBy(params, (each) => each.run)
    const tagsOf = Map.groupBy(tags, (each) => each.run)
    const metricsOf = Map.groupBy(metrics, (each) => each.run)
    return rows.map((row) => ({
      id: row.id,
      experiment: nameOf.get(row.experiment) ?? '',
      experimentId: row.experiment,
      name: row.name,
      status: row.status as Run['status'],
      startedAt: row.started_at,
      ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
      user: row.user_name,
      params: textsOf(paramsOf.get(row.id)),
      metrics: Object.fromEntries(
        (metricsOf.get(row.id) ?? []).map((each) => [each.key, readValue(each)]),
      ),
      tags: textsOf(tagsOf.get(row.id)),
      source: JSON.parse(row.source) as RunSource,
    }))
  }

  async function run(id: string): Promise<Run> {
    const [record] = await records([await runRow(id)])
    if (!record) throw new TidemillError('not_found', { kind: 'run', name: id })
    return record
  }

  async function experimentRows(where: {
    id?: string
    name?: string
  }): Promise<readonly Experiment[]> {
    let select = database
      .selectFrom('experiments')
      .leftJoin('runs', (join) =>
        join.onRef('runs.experiment', '=', 'experiments.id').on('runs.removed_at', 'is', null),
      )
      .select((each) => [
        'experiments.id',
        'experiments.name',
        'experiments.created_at',
        each.fn.count<number>('runs.id').as('count'),
        each.fn.max('runs.started_at').as('last'),
      ])
      .where('experiments.removed_at', 'is', null)
      .groupBy(['experiments.id', 'experiments.name', 'experiments.created_at'])
    if (where.id !== undefined) select = select.where('experiments.id', '=', where.id)
    if (where.name !== undefined) select = select.where('experiments.name', '=', where.name)
    const rows = await select.execute()
    return rows
      .map(({ id, name, created_at, count, last }) => ({
        id,
        name,
        runs: Number(count),
        createdAt: created_at,
        ...(last === null ? {} : { lastRunAt: Number(last) }),
      }))
      .toSorted((a, b) => (b.lastRunAt ?? b.createdAt) - (a.lastRunAt ?? a.createdAt))
  }

  async function experiment(id: string): Promise<Experiment> {
    const [found] = await experimentRows({ id })
    if (!found) throw new TidemillError('not_found', { kind: 'experiment', name: id })
    return found
  }

  async function experimentNamed(name: string): Promise<Experiment> {
    await database
      .insertInto('experiments')
      .values({ id: newId(clock.now()), name, created_at: clock.now(), removed_at: null })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ removed_at: null }))
      .execute()
    const [found] = await experimentRows({ name })
    if (!found) throw new TidemillError('not_found', { kind: 'experiment', name })
    return found
  }

  async function update(id: string, change: Parameters<Tracking['update']>[1]): Promise<Run> {
    await runRow(id)
    const set = {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.status === undefined ? {} : { status: change.status }),
      ...(change.endedAt === undefined ? {} : { ended_at: change.endedAt }),
    }
    if (Object.keys(set).length > 0) {
      await database.updateTable('runs').set(set).where('id', '=', id).execute()
    }
    return run(id)
  }

  return {
    experiments: () => experimentRows({}),
    experiment,
    experimentNamed,
    findExperiment: async (name) => (await experimentRows({ name }))[0],

    async renameExperiment(id, name) {
      await experiment(id)
      const taken = await database
        .selectFrom('experiments')
        .select('id')
        .where('name', '=', name)
        .executeTakeFirst()
      if (taken && taken.id !== id)
        throw new TidemillError('already_exists', { kind: 'experiment', name })
      await database.updateTable('experiments').set({ name }).where('id', '=', id).execute()
    },

    async removeExperiment(id) {
      await experiment(id)
      await database
        .updateTable('experiments')
        .set({ removed_at: clock.now() })
        .where('id', '=', id)
        .execute()
    },

    async restoreExperiment(id) {
      await database
        .updateTable('experiments')
        .set({ removed_at: null })
        .where('id', '=', id)
        .execute()
      await experiment(id)
    },

    async create(given) {
      const { id: experimentId } = await experimentNamed(given.experiment)
      const id = given.id ?? newId(clock.now())
      await metadata.transaction<TrackingTables, void>(async (tx) => {
        await tx
          .insertInto('runs')
          .values({
            id,
            experiment: experimentId,
            name: given.name ?? `run-${id.slice(-6)}`,
            status: 'running',
            started_at: given.startedAt ?? clock.now(),
            ended_at: null,
            user_name: given.user,
            source: JSON.stringify(given.source ?? {}),
            removed_at: null,
          })
          .execute()
        await logParams(tx, id, given.params ?? {})
        await logTags(tx, id, given.tags ?? {})
      })
      return run(id)
    },

    async log(id, entries) {
      await runRow(id)
      await metadata.transaction<TrackingTables, void>(async (tx) => {
        await logParams(tx, id, entries.params ?? {})
        await logTags(tx, id, entries.tags ?? {})
        await logMetrics(tx, id, entries.metrics ?? [], clock.now())
      })
    },

    async removeTag(id, key) {
      await runRow(id)
      await database.deleteFrom('run_tags').where('run', '=', id).where('key', '=', key).execute()
    },

    update,
    end: (id, status) =>
      update(id, { status, ...(status === 'running' ? {} : { endedAt: clock.now() }) }),
    run,

    async search({
      experiment: named,
      experiments,
      filter,
      order,
      cursor,
      limit = 100,
      removed = false,
    }) {
      let select = database
        .selectFrom('runs')
        .selectAll()
        .where('removed_at', removed ? 'is not' : 'is', null)
        .limit(limit + 1)
      if (named !== undefined) {
        const [found] = await experimentRows({ name: named })
        if (!found) throw new TidemillError('not_found', { kind: 'experiment', name: named })
        select = select.where('experiment', '=', found.id)
      }
      if (experiments !== undefined) {
        if (experiments.length === 0) return { runs: [] }
        select = select.where('experiment', 'in', [...experiments])
      }
      const parsed = filter === undefined ? undefined : parseFilter(filter)
      if (parsed) select = select.where(filterCondition(parsed, metadata.dialect))
      const terms = order === undefined ? [] : parseOrder(order)
      for (const { value, direction } of terms) {
        select = select.orderBy(sql`${value} is null`).orderBy(sql`${value}`, direction)
      }
      select = select.orderBy('started_at', 'desc').orderBy('id', 'desc')
      if (cursor !== undefined) {
        // By place where the order is the caller's; by key, which new runs do not move, where it is ours.
        const place = readCursor(cursor)
        if (terms.length > 0) select = select.offset(place.offset)
        else {
          select = select.where((where) =>
            where.or([
              where('started_at', '<', place.startedAt),
              where.and([where('started_at', '=', place.startedAt), where('id', '<', place.id)]),
            ]),
          )
        }
      }
      const rows = await select.execute()
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      const offset = (cursor === undefined ? 0 : readCursor(cursor).offset) + shown.length
      return {
        runs: await records(shown),
        ...(rows.length > limit && last
          ? { next: writeCursor({ startedAt: last.started_at, id: last.id, offset }) }
          : {}),
      }
    },

    async history(id, key, points = 10_000) {
      await runRow(id)
      const rows = await database
        .selectFrom('run_metrics')
        .selectAll()
        .where('run', '=', id)
        .where('key', '=', key)
        .orderBy('step')
        .orderBy('at')
        .execute()
      const all = rows.map(pointOf)
      return { points: downsample(all, points), total: all.length }
    },

    async latest(id) {
      const rows = await database
        .selectFrom('run_latest_metrics')
        .selectAll()
        .where('run', '=', id)
        .execute()
      return rows.map(pointOf)
    },

    async putArtifact(id, path, bytes) {
      const checked = artifactPath(path)
      await runRow(id)
      const { digest, size } = await objects.put(bytes)
      await database
        .insertInto('run_artifacts')
        .values({ run: id, path: checked, digest, size, created_at: clock.now() })
        .onConflict((conflict) => conflict.columns(['run', 'path']).doUpdateSet({ digest, size }))
        .execute()
      return { path: checked, digest, size }
    },

    async artifacts(id) {
      await runRow(id)
      const rows = await database
        .selectFrom('run_artifacts')
        .selectAll()
        .where('run', '=', id)
        .orderBy('path')
        .execute()
      return rows.map(({ path, digest, size }) => ({ path, digest, size }))
    },

    async artifact(id, path) {
      const row = await database
        .selectFrom('run_artifacts')
        .select('digest')
        .where('run', '=', id)
        .where('path', '=', artifactPath(path))
        .executeTakeFirst()
      if (!row) throw new TidemillError('not_found', { kind: 'artifact', name: path })
      return objects.get(row.digest as Digest)
    },

    async removeArtifact(id, path) {
      await database
        .deleteFrom('run_artifacts')
        .where('run', '=', id)
        .where((where) => where.or([where('path', '=', path), where('path', 'like', `${path}/%`)]))
        .execute()
    },

    async remove(id) {
      await runRow(id)
      await database
        .updateTable('runs')
        .set({ removed_at: clock.now() })
        .where('id', '=', id)
        .execute()
    },

    async restore(id) {
      await runRow(id)
      await database.updateTable('runs').set({ removed_at: null }).where('id', '=', id).execute()
      return run(id)
    },

    isRemoved: async (id) => (await runRow(id)).removed_at !== null,
  }
}

async function logParams(
  tx: Database,
  run: string,
  params: Readonly<Record<string, ParamValue>>,
): Promise<void> {
  const rows = Object.entries(params).map(([key, value]) => ({ run, key, value: String(value) }))
  if (rows.length === 0) return
  await tx
    .insertInto('run_params')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['run', 'key']).doNothing())
    .execute()
  const kept = await tx
    .selectFrom('run_params')
    .selectAll()
    .where('run', '=', run)
    .where(
      'key',
      'in',
      rows.map((row) => row.key),
    )
    .execute()
  for (const { key, value } of rows) {
    const before = kept.find((each) => each.key === key)?.value
    if (before !== value) {
      throw new TidemillError('conflict', {
        problem: `The param ${key} of run ${run} is "${before}" already and cannot become "${value}".`,
        key,
        before,
        after: value,
      })
    }
  }
}

async function logTags(
  tx: Database,
  run: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const rows = Object.entries(tags).map(([key, value]) => ({ run, key, value }))
  if (rows.length === 0) return
  await tx
    .insertInto('run_tags')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['run', 'key'])
        .doUpdateSet((each) => ({ value: each.ref('excluded.value') })),
    )
    .execute()
}

async function logMetrics(
  tx: Database,
  run: string,
  metrics: NonNullable<LogEntries['metrics']>,
  now: number,
): Promise<void> {
  if (metrics.length === 0) return
  const rows = metrics.map(({ key, value, step = 0, time = now }) => ({
    run,
    key,
    step,
    at: time,
    ...storedValue(value),
  }))
  const latest = new Map<string, (typeof rows)[number]>()
  for (const row of rows) {
    const before = latest.get(row.key)
    if (!before || isNewer(row, before)) latest.set(row.key, row)
  }
  const size = 100
  for (let start = 0; start < rows.length; start += size) {
    await tx
      .insertInto('run_metrics')
      .values(rows.slice(start, start + size))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  const newest = [...latest.values()]
  for (let start = 0; start < newest.length; start += size) {
    await tx
      .insertInto('run_latest_metrics')
      .values(newest.slice(start, start + size))
      .onConflict((conflict) =>
        conflict
          .columns(['run', 'key'])
          .doUpdateSet((each) => ({
            step: each.ref('excluded.step'),
            at: each.ref('excluded.at'),
            value: each.ref('excluded.value'),
            special: each.ref('excluded.special'),
          }))
          .where(
            sql<boolean>`(excluded.step, excluded.at) >= (run_latest_metrics.step, run_latest_metrics.at)`,
          ),
      )
      .execute()
  }
}

function isNewer(row: { step: number; at: number }, before: { step: number; at: number }): boolean {
  return row.step > before.step || (row.step === before.step && row.at >= before.at)
}

function pointOf(row: {
  key: string
  value: number | null
  special: string
  step: number
  at: number
}): MetricPoint {
  return { key: row.key, value: readValue(row), step: row.step, time: row.at }
}

function textsOf(
  rows: readonly { key: string; value: string }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((rows ?? []).map(({ key, value }) => [key, value]))
}

interface Place {
  readonly startedAt: number
  readonly id: string
  readonly offset: number
}

function writeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

function readCursor(cursor: string): Place {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Place
  } catch (cause) {
    throw new TidemillError(
      'bad_request',
      { problem: 'The cursor is not one this server gave.' },
      cause,
    )
  }
}
