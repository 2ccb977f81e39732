import { createReadStream, createWriteStream } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command, Option } from 'commander'
import { operations, type DatasetVersion, type ValidationReport } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { dataStatusCommand } from '../data-status-command.ts'
import { exitCodes } from '../exit-code.ts'
import { bold, dim, green, red, shortNumber, show, textTable, when } from '../output.ts'
import { inputFile } from '../input-file.ts'

export function command(): Command {
  return new Command('data')
    .addCommand(list())
    .addCommand(showOne())
    .addCommand(importFile())
    .addCommand(rows())
    .addCommand(profile())
    .addCommand(validate())
    .addCommand(diff())
    .addCommand(query())
    .addCommand(download())
    .addCommand(remove())
    .addCommand(restore())
    .addCommand(dataStatusCommand())
}

function list(): Command {
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

function showOne(): Command {
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

function importFile(): Command {
  return baseCommand('import', 'bring a file in as a new version')
    .argument('<name>')
    .argument('<file>')
    .addOption(new Option('--format <format>').choices(['csv', 'parquet', 'jsonl']))
    .option('--null <texts>', 'texts that stand for missing, separated by commas')
    .option('--label <column>', 'the column a model should predict')
    .option('-m, --message <text>', 'what is new')
    .action(
      async (
        name: string,
        file: string,
        options: BaseOptions & {
          format?: 'csv' | 'parquet' | 'jsonl'
          null?: string
          label?: string
          message?: string
        },
      ) => {
        await inputFile(file)
        const result = await withCaller(options, (caller) =>
          caller.call(
            operations.datasets.import,
            {
              name,
              file: basename(file),
              ...(options.format === undefined ? {} : { format: options.format }),
              ...(options.null === undefined ? {} : { nullValues: options.null }),
              ...(options.label === undefined ? {} : { label: options.label }),
              ...(options.message === undefined ? {} : { message: options.message }),
            },
            Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>,
          ),
        )
        show(result, options.json, ({ version, unchanged }) =>
          unchanged
            ? `Nothing new: version ${version.version} holds these bytes already.`
            : importedLines(version),
        )
      },
    )
}

function importedLines(version: DatasetVersion): string {
  const head = `${green('✓')} ${version.dataset} version ${version.version}: ${version.rows} rows, ${version.schema.length} columns`
  return version.validation ? `${head}\n${validationLines(version.validation)}` : head
}

function validationLines(report: ValidationReport): string {
  if (report.results.length === 0) return dim('  No rules are declared.')
  return report.results
    .map((result) => {
      const what = `${result.rule.check} ${result.column ?? ''}`.trim()
      if (result.passed) return `  ${green('✓')} ${what}`
      const first = result.examples[0]
      const example = first ? dim(` (first: row ${first.row}, ${JSON.stringify(first.value)})`) : ''
      return `  ${red('✗')} ${what}: ${result.violations} rows, ${(result.share * 100).toFixed(1)} %${example}`
    })
    .join('\n')
}

function rows(): Command {
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

function cellText(
  value: number | string | boolean | null | undefined,
): string | number | undefined {
  if (value === null || value === undefined) return '·'
  return typeof value === 'boolean' ? String(value) : value
}

function profile(): Command {
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

function validate(): Command {
  return baseCommand(
    'validate',
    'check a version against the rules; exits with 1 when one is broken',
  )
    .argument('<name>')
    .option('--version <n>', 'a version other than the latest', Number)
    .action(async (name: string, options: BaseOptions & { version?: number }) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.datasets.validate, { name, ...versionOf(options) }),
      )
      show(result, options.json, validationLines)
      if (!result.passed) process.exitCode = exitCodes.no
    })
}

function diff(): Command {
  return baseCommand('diff', 'what changed between two versions')
    .argument('<name>')
    .argument('<from>', 'a version', Number)
    .argument('<to>', 'a version', Number)
    .action(async (name: string, from: number, to: number, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.datasets.diff, { name, from, to }),
      )
      show(result, options.json, (each) =>
        [
          `${each.rowsAdded} rows added, ${each.rowsRemoved} removed`,
          textTable(
            ['column', 'change', 'cells'],
            each.columns.map((column) => [column.name, column.change, column.cells]),
          ),
        ].join('\n'),
      )
    })
}

function query(): Command {
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

function download(): Command {
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

function remove(): Command {
  return baseCommand('remove', 'hide a dataset; restore brings it back')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.datasets.remove, { name }),
      )
      show(result, options.json, () => `Removed. Bring it back with: tidemill data restore ${name}`)
    })
}

function restore(): Command {
  return baseCommand('restore', 'bring a removed dataset back')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.datasets.restore, { name }),
      )
      show(result, options.json, () => `${green('✓')} ${name} is back.`)
    })
}

function versionOf(options: { readonly version?: number }): { version?: number } {
  return options.version === undefined ? {} : { version: options.version }
}
