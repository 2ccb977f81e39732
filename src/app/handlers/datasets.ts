import { Readable } from 'node:stream'
import { createReadStream } from 'node:fs'
import { operations, TidemillError, type Digest } from '#contract'
import { diffTables } from '#lake'
import { profile, requireReadable, validate } from '#quality'
import { column, rowsOf, slice, tableToArrow, type Table } from '#table'
import { implement, implementDownload, type Context, type Download } from '../handler.ts'
import { cellsOf } from '../cells.ts'
import { csvText } from '../csv-text.ts'
import { fieldsOf } from '../fields.ts'
import { cleanDataset } from '../steps/clean-dataset.ts'
import { importDataset } from '../steps/import-dataset.ts'

const { datasets } = operations

export const datasetHandlers = [
  implement(datasets.list, async (_, { rooms }) => ({ datasets: [...(await rooms.lake.list())] })),

  implement(datasets.get, async ({ name }, { rooms }) => ({
    dataset: await rooms.lake.get(name),
    versions: [...(await rooms.lake.versions(name))],
    rules: [...(await rooms.lake.rules(name))],
  })),

  implement(datasets.import, async (input, context) => {
    const { name, file, format, nullValues, label, description, message } = input
    await context.rooms.lake.describe(name, {
      ...(label === undefined ? {} : { label }),
      ...(description === undefined ? {} : { description }),
    })
    const done = await importDataset(context.rooms, {
      dataset: name,
      bytes: Readable.from(context.body),
      shownAs: file ?? `${name}.${format ?? 'csv'}`,
      message: message ?? `import of ${file ?? 'a file'}`,
      by: context.who,
      ...(format === undefined ? {} : { format }),
      ...(nullValues === undefined ? {} : { nullValues: nullValues.split(',') }),
    })
    context.app.events.emit('datasets', name)
    return done
  }),

  implement(datasets.rows, async ({ name, version, offset = 0, limit = 50 }, { rooms }) => {
    const file = await rooms.lake.file(name, version)
    const page = { format: 'parquet', offset, limit, shownAs: name } as const
    const { total, table } = await rooms.query.readPage(file, page)
    return { total, offset, schema: fieldsOf(table), rows: rowsOf(table).map(cellsOf) }
  }),

  implement(datasets.profile, async ({ name, version }, { rooms }) =>
    profile(await rooms.lake.table(name, version)),
  ),

  implement(datasets.rules, async ({ name, rules }, { rooms, app }) => {
    const table = await rooms.lake.table(name)
    for (const rule of rules) for (const each of rule.columns ?? []) column(table, each)
    requireReadable(rules)
    await rooms.lake.describe(name, { rules })
    app.events.emit('datasets', name)
    return { rules }
  }),

  implement(datasets.validate, async ({ name, version }, { rooms }) =>
    validate(await rooms.lake.table(name, version), await rooms.lake.rules(name)),
  ),

  implement(datasets.clean, async ({ name, version, actions, message, dry }, context) => {
    const done = await cleanDataset(context.rooms, {
      dataset: name,
      actions,
      message: message ?? 'cleaned',
      by: context.who,
      dry: dry ?? false,
      ...(version === undefined ? {} : { version }),
    })
    context.app.events.emit('datasets', name)
    return done
  }),

  implement(datasets.diff, async ({ name, from, to }, { rooms }) => {
    const [before, after] = await Promise.all([
      rooms.lake.table(name, from),
      rooms.lake.table(name, to),
    ])
    const { rowsAdded, rowsRemoved, columns } = diffTables(before, after)
    return {
      rowsAdded,
      rowsRemoved,
      columns: columns.map((each) => ({ ...each, examples: [...each.examples] })),
    }
  }),

  implementDownload(datasets.download, download),

  implement(datasets.query, async ({ sql, limit = 1000 }, { rooms, signal }) => {
    const known = await rooms.lake.list()
    const files = await Promise.all(
      known.map(async (each) => [each.name, await rooms.lake.file(each.name)] as const),
    )
    const bounded = `select * from (${sql.trim().replace(/;\s*$/, '')}) limit ${limit + 1}`
    const table = await rooms.query.run(bounded, { tables: Object.fromEntries(files), signal })
    return {
      schema: fieldsOf(table),
      rows: rowsOf(slice(table, 0, Math.min(limit, table.length))).map(cellsOf),
      truncated: table.length > limit,
    }
  }),

  implement(datasets.remove, async ({ name }, { rooms, app }) => {
    await rooms.lake.remove(name)
    app.events.emit('datasets', name)
    return { done: true as const }
  }),

  implement(datasets.restore, async ({ name }, { rooms, app }) => {
    const dataset = await rooms.lake.restore(name)
    app.events.emit('datasets', name)
    return { dataset }
  }),

  implementDownload(datasets.object, async ({ digest }, { rooms }) => ({
    bytes: await rooms.objects.get(digest as Digest),
    type: 'application/octet-stream',
    filename: digest.slice(7, 19),
  })),
]

interface DownloadInput {
  readonly name: string
  readonly version?: number
  readonly format: 'csv' | 'parquet' | 'arrow' | 'source'
}

async function download(
  { name, version, format }: DownloadInput,
  { rooms }: Context,
): Promise<Download> {
  const record = await rooms.lake.version(name, version)
  const filename = `${name}-${record.version}.${format === 'source' ? 'csv' : format}`
  switch (format) {
    case 'source':
      if (record.source === undefined) {
        throw new TidemillError('not_found', {
          kind: 'source of',
          name: `${name}@${record.version}, which was made from another version`,
        })
      }
      return {
        bytes: await rooms.objects.get(record.source as Digest),
        type: 'application/octet-stream',
        filename,
      }
    case 'parquet':
      return {
        bytes: createReadStream(await rooms.lake.file(name, version)),
        type: 'application/vnd.apache.parquet',
        filename,
      }
    case 'arrow':
      return {
        bytes: tableToArrow(await rooms.lake.table(name, version)),
        type: 'application/vnd.apache.arrow.file',
        filename,
      }
    case 'csv':
      return {
        bytes: Readable.from(csvOf(await rooms.lake.table(name, version))),
        type: 'text/csv; charset=utf-8',
        filename,
      }
  }
}

function csvOf(table: Table): Iterable<string> {
  const names = table.columns.map((each) => each.name)
  return csvText(names, rowsOf(table))
}
