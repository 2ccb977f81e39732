import { Readable } from 'node:stream'
import { operations, TidemillError } from '#contract'
import { checkRunFilter, readColumns, type TableSearch } from '#tracking'
import type { ProjectApp } from '../app.ts'
import { implement, implementDownload } from '../handler.ts'
import type { Rooms } from '../rooms.ts'
import { runsCsv } from '../steps/runs-csv.ts'

const { table, experiments } = operations

interface Which {
  readonly experiments: string
  readonly filter?: string
  readonly removed?: boolean
  readonly group?: string
}

/** Experiments by identifier; one that is not there is refused. */
async function experimentsOf({ tracking }: Rooms, text: string): Promise<readonly string[]> {
  const ids = readColumns(text)
  await Promise.all(ids.map((id) => tracking.experiment(id)))
  return ids
}

async function searchOf(rooms: Rooms, which: Which): Promise<TableSearch> {
  const { experiments: ids, filter, removed, group } = which
  return {
    experiments: await experimentsOf(rooms, ids),
    ...(filter === undefined ? {} : { filter }),
    ...(removed === undefined ? {} : { removed }),
    ...(group === undefined ? {} : { group: groupOf(group) }),
  }
}

function groupOf(text: string): NonNullable<TableSearch['group']> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    parsed = undefined
  }
  const isPair = (each: unknown): each is [string, string | null] =>
    Array.isArray(each) &&
    typeof each[0] === 'string' &&
    (typeof each[1] === 'string' || each[1] === null)
  if (Array.isArray(parsed) && parsed.every(isPair)) return parsed
  const problem = 'The group is not a JSON list of pairs such as [["params.k","5"]].'
  throw new TidemillError('bad_request', { problem })
}

function problemOf(filter: string): { problem?: string; at?: number } {
  try {
    checkRunFilter(filter)
    return {}
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error
    return { problem: error.message, at: Number(error.details.at ?? 0) }
  }
}

/** Both the table of runs and the list of experiments show a change of either. */
function changed(app: ProjectApp, name: string): void {
  app.events.emit('runs', name)
}

export const runTableHandlers = [
  implement(table.order, async ({ order, nested, ...which }, { rooms }) => {
    const { rows, parents, total } = await rooms.tracking.orderRuns(
      await searchOf(rooms, which),
      order,
      nested,
    )
    return { rows: [...rows], total, ...(parents ? { parents: [...parents] } : {}) }
  }),

  implement(table.check, async ({ filter }) => Promise.resolve(problemOf(filter))),

  implement(table.rows, async ({ rows, runs, columns = [], by }, { rooms }) => {
    if ((rows === undefined) === (runs === undefined)) {
      const problem = 'Name the runs either by their numbers (rows) or by their identifiers (runs).'
      throw new TidemillError('bad_request', { problem })
    }
    const found = await rooms.tracking.readRows(
      rows === undefined ? { runs: runs ?? [] } : { rows },
      columns,
      readColumns(by),
    )
    const ids = found.runs.map(({ id }) => id)
    const versions = await rooms.registry.versionNamesOfRuns(ids)
    const versionsOf = Map.groupBy(versions, ({ run }) => run)
    return {
      ...found,
      runs: found.runs.map((run) => {
        const own = versionsOf.get(run.id)
        return own === undefined
          ? run
          : { ...run, versions: own.map(({ model, version }) => ({ model, version })) }
      }),
    }
  }),

  implement(table.groups, async ({ by, columns, ...which }, { rooms }) => {
    const found = await rooms.tracking.groupRuns(
      await searchOf(rooms, which),
      readColumns(by),
      readColumns(columns),
    )
    return { groups: [...found.groups], total: found.total }
  }),

  implement(table.keys, async ({ experiments: ids, text = '', limit = 200 }, { rooms }) => {
    const keys = await rooms.tracking.runKeys(await experimentsOf(rooms, ids))
    const part = text.toLowerCase()
    const pick = (all: readonly string[]) =>
      all.filter((key) => key.toLowerCase().includes(part)).slice(0, limit)
    const { metrics, params, tags } = keys
    return {
      ...{ metrics: pick(metrics), params: pick(params), tags: pick(tags) },
      total: { metrics: metrics.length, params: params.length, tags: tags.length },
    }
  }),

  implement(table.values, async ({ experiments: ids, of, text = '' }, { rooms }) => ({
    values: [...(await rooms.tracking.commonValues(await experimentsOf(rooms, ids), of, text))],
  })),

  implement(table.histories, async ({ runs, key, ...how }, { rooms }) => ({
    histories: [...(await rooms.tracking.readHistories(runs, key, how))],
  })),

  implement(
    table.groupHistories,
    async ({ by, groups, key, points, smooth, ...which }, { rooms }) => {
      const histories = await rooms.tracking.groupHistories(await searchOf(rooms, which), {
        ...{ by: readColumns(by), groups, key },
        ...(points === undefined ? {} : { points }),
        ...(smooth === undefined ? {} : { smooth }),
      })
      return { histories: [...histories] }
    },
  ),

  implement(table.files, async ({ runs, endings = [] }, { rooms }) => ({
    files: (await rooms.tracking.commonFiles(runs, endings)).map((file) => ({
      path: file.path,
      runs: [...file.runs],
    })),
  })),

  implementDownload(table.csv, async ({ order, columns, ...which }, { rooms }) => {
    const found = await rooms.tracking.orderRuns(await searchOf(rooms, which), order)
    const names = readColumns(columns)
    // A column that cannot be read is refused before the first byte is sent.
    await rooms.tracking.readRows({ rows: found.rows.slice(0, 1) }, names)
    return {
      bytes: Readable.from(runsCsv(rooms.tracking, found.rows, names)),
      type: 'text/csv; charset=utf-8',
      filename: 'runs.csv',
    }
  }),

  implement(table.change, async ({ rows, ...change }, { rooms, app }) => {
    const count = await rooms.tracking.changeRuns(rows, change)
    changed(app, '*')
    return { changed: count }
  }),

  implement(experiments.tag, async ({ experiment, tags }, { rooms, app }) => {
    for (const [key, value] of Object.entries(tags)) {
      if (value === null) await rooms.tracking.removeExperimentTag(experiment, key)
      else await rooms.tracking.setExperimentTag(experiment, key, value)
    }
    changed(app, experiment)
    return { done: true as const }
  }),
]
