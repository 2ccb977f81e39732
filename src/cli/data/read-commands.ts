import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import { operations } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { bold, dim, green, shortNumber, show, textTable, when } from '../output.ts'
import { versionOf } from './version-of.ts'

export function listDatasets(): Command {
  return baseCommand('list', 'datasets with their latest versions').action(
    async (options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.datasets.list, {}),
      )
      show(result, options.json, ({ datasets }) =>
        datasets.length === 0
          ? 'No datasets yet. Bring one in: tidemill data import NAME FILE'
          : textTable(
              ['name', 'version', 'rows', 'columns', 'changed'],
              datasets.map((each) => [
                each.name,
                each.latest.version,
                each.latest.rows,
                each.latest.schema.length,
                when(each.latest.createdAt),
              ]),
            ),
      )
    },
  )
}

export function showDataset(): Command {
  return baseCommand('show', 'one dataset with its versions')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.datasets.get, { name }),
      )
      show(result, options.json, ({ dataset, versions }) =>
        [
          `${bold(dataset.name)}  ${dataset.description}`,
          '',
          textTable(
            ['version', 'origin', 'from', 'rows', 'digest', 'when', 'message'],
            versions.map((each) => [
              each.version,
              each.origin,
              each.parent === undefined ? '' : `@${each.parent}`,
              each.rows,
              each.digest.slice(7, 19),
              when(each.createdAt),
              each.message,
            ]),
          ),
          '',
          textTable(
            ['column', 'type', 'may be missing'],
            dataset.latest.schema.map((field) => [
              field.name,
              field.type,
              field.nullable ? 'yes' : 'no',
            ]),
          ),
        ].join('\n'),
      )
    })
}

export function datasetRows(): Command {
  return baseCommand('rows', 'a page of rows')
    .argument('<name>')
    .option('--version <n>', 'a version other than the latest', Number)
    .option('--offset <n>', 'rows to skip', Number, 0)
    .option('--limit <n>', 'rows to show', Number, 20)
    .action(
      async (
        name: string,
        options: BaseOptions & { version?: number; offset: number; limit: number },
      ) => {
        const result = await withCaller(options, (caller) =>
          caller.call(operations.datasets.rows, {
            name,
            offset: options.offset,
            limit: options.limit,
            ...versionOf(options),
          }),
        )
        show(result, options.json, (page) => {
          const names = page.schema.map((field) => field.name)
          const cells = page.rows.map((row) => names.map((each) => cellText(row[each])))
          return `${textTable(names, cells)}\n${dim(`${page.total} rows in all`)}`
        })
      },
    )
}

export function profileDataset(): Command {
  return baseCommand('profile', 'each column in numbers')
    .argument('<name>')
    .option('--version <n>', 'a version other than the latest', Number)
    .action(async (name: string, options: BaseOptions & { version?: number }) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.datasets.profile, { name, ...versionOf(options) }),
      )
      show(result, options.json, ({ columns }) =>
        textTable(
          ['column', 'type', 'missing', 'distinct', 'mean', 'sd', 'min', 'median', 'max'],
          columns.map((each) => [
            each.name,
            each.type,
            each.missing,
            each.distinct,
            shortNumber(each.mean),
            shortNumber(each.deviation),
            String(each.min ?? ''),
            shortNumber(each.quartiles?.[1]),
            String(each.max ?? ''),
          ]),
        ),
      )
    })
}

export function queryDatasets(): Command {
  return baseCommand('query', 'SQL over datasets')
    .argument('<sql>')
    .option('--limit <n>', 'rows to show', Number, 100)
    .action(async (sql: string, options: BaseOptions & { limit: number }) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.datasets.query, { sql, limit: options.limit }),
      )
      show(result, options.json, (answer) => {
        const names = answer.schema.map((field) => field.name)
        const cells = answer.rows.map((row) => names.map((each) => cellText(row[each])))
        return `${textTable(names, cells)}${answer.truncated ? dim('\n(more rows than shown)') : ''}`
      })
    })
}

export function downloadDataset(): Command {
  return baseCommand('download', 'write a version to a file')
    .argument('<name>')
    .argument('<file>')
    .option('--version <n>', 'a version other than the latest', Number)
    .addOption(
      new Option('--format <format>').choices(['csv', 'parquet', 'arrow', 'source']).default('csv'),
    )
    .action(
      async (
        name: string,
        file: string,
        options: BaseOptions & { version?: number; format: 'csv' | 'parquet' | 'arrow' | 'source' },
      ) => {
        await withCaller(options, async (caller) => {
          const bytes = await caller.download(operations.datasets.download, {
            name,
            format: options.format,
            ...versionOf(options),
          })
          await pipeline(Readable.fromWeb(bytes), createWriteStream(file))
        })
        show({ file }, options.json, () => `${green('✓')} ${file}`)
      },
    )
}

function cellText(
  value: number | string | boolean | null | undefined,
): string | number | undefined {
  if (value === null || value === undefined) return '·'
  return typeof value === 'boolean' ? String(value) : value
}
