import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { Option, type Command } from 'commander'
import { operations, type DatasetVersion, type ValidationReport } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { exitCodes } from '../exit-code.ts'
import { inputFile } from '../input-file.ts'
import { dim, green, red, show, textTable } from '../output.ts'
import { versionOf } from './version-of.ts'

export function importDataset(): Command {
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
      if (result.problem !== undefined) return `  ${red('✗')} ${what}: ${result.problem}`
      const first = result.examples[0]
      const example = first ? dim(` (first: row ${first.row}, ${JSON.stringify(first.value)})`) : ''
      return `  ${red('✗')} ${what}: ${result.violations} rows, ${(result.share * 100).toFixed(1)} %${example}`
    })
    .join('\n')
}

export function validateDataset(): Command {
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

export function diffDatasets(): Command {
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

export function removeDataset(): Command {
  return baseCommand('remove', 'hide a dataset; restore brings it back')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.datasets.remove, { name }),
      )
      show(result, options.json, () => `Removed. Bring it back with: tidemill data restore ${name}`)
    })
}

export function restoreDataset(): Command {
  return baseCommand('restore', 'bring a removed dataset back')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.datasets.restore, { name }),
      )
      show(result, options.json, () => `${green('✓')} ${name} is back.`)
    })
}
