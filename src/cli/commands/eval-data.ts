import { createWriteStream } from 'node:fs'
import { rename, rm as removeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command, Option } from 'commander'
import {
  operations,
  TidemillError,
  type EvaluationDataset,
  type EvaluationDatasetRemoval,
  type EvaluationRecord,
} from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { isSure, type Sure } from '../is-sure.ts'
import { bold, dim, green, show, textTable, when } from '../output.ts'
import { counted } from '../pipeline-command.ts'

const { evaluationDatasets } = operations

export function command(): Command {
  return new Command('eval-data')
    .addCommand(list())
    .addCommand(showOne())
    .addCommand(exportOne())
    .addCommand(rm())
}

interface ListOptions extends BaseOptions {
  readonly experiment?: string
  readonly text?: string
  readonly filter?: string
  readonly order?: string
  readonly limit: number
}

function list(): Command {
  return baseCommand('ls', 'evaluation data sets, newest first')
    .option('-e, --experiment <name>', 'only of this experiment')
    .option('-t, --text <words>', 'words of the name')
    .option('-f, --filter <text>', "for example: tags.lang = 'en'")
    .option('-o, --order <text>', 'for example: last_update_time desc')
    .option('-n, --limit <n>', 'how many', Number, 50)
    .action(async ({ experiment, text, filter, order, ...rest }: ListOptions) => {
      const result = await withCaller(rest, (caller) =>
        caller.call(evaluationDatasets.search, {
          limit: rest.limit,
          ...(experiment === undefined ? {} : { experiment }),
          ...(text === undefined ? {} : { text }),
          ...(filter === undefined ? {} : { filter }),
          ...(order === undefined ? {} : { order }),
        }),
      )
      show(result, rest.json, ({ datasets }) =>
        datasets.length === 0 ? 'No evaluation data sets.' : datasetTable(datasets),
      )
    })
}

function datasetTable(datasets: readonly EvaluationDataset[]): string {
  return textTable(
    ['data set', 'name', 'records', 'experiments', 'changed'],
    datasets.map((each) => [
      each.id,
      each.name,
      each.records,
      each.experiments.map(({ name }) => name).join(', '),
      when(each.updatedAt),
    ]),
  )
}

function showOne(): Command {
  return baseCommand('show', 'one with its records, or one of its records in full')
    .argument('<dataset>', 'its identifier')
    .argument('[record]', 'a record’s identifier')
    .option('-t, --text <words>', 'only records with these words')
    .option('-n, --limit <n>', 'how many records', Number, 50)
    .action(async (dataset: string, record: string | undefined, options: ShowOptions) => {
      if (record === undefined) return showDataset(dataset, options)
      const result = await withCaller(options, (caller) =>
        caller.call(evaluationDatasets.record, { dataset, record }),
      )
      show(result, options.json, (each) => JSON.stringify(each.record, undefined, 2))
    })
}

interface ShowOptions extends BaseOptions {
  readonly text?: string
  readonly limit: number
}

async function showDataset(dataset: string, options: ShowOptions): Promise<void> {
  const { text, limit } = options
  const result = await withCaller(options, async (caller) => ({
    ...(await caller.call(evaluationDatasets.get, { dataset })),
    ...(await caller.call(evaluationDatasets.records, {
      ...{ dataset, limit },
      ...(text === undefined ? {} : { text }),
    })),
  }))
  show(result, options.json, ({ dataset: found, records, next }) =>
    [
      `${bold(found.name)} ${dim(found.id)} ${counted(found.records, 'record')}`,
      `  of ${found.experiments.map(({ name }) => name).join(', ') || 'no experiment'}, changed ${when(found.updatedAt)} by ${found.updatedBy}`,
      ...Object.entries(found.tags).map(([key, value]) => `  ${key}: ${value}`),
      '',
      records.length === 0 ? 'No records.' : recordTable(records),
      ...(next === undefined ? [] : [dim(`There are more: --limit ${limit * 2}`)]),
    ].join('\n'),
  )
}

function recordTable(records: readonly EvaluationRecord[]): string {
  return textTable(
    ['record', 'inputs', 'expectations', 'trace'],
    records.map((each) => [
      each.id,
      beginning(each.inputs),
      beginning(each.expectations),
      each.trace ?? '',
    ]),
  )
}

function beginning(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value).slice(0, 60)
}

interface ExportOptions extends BaseOptions {
  readonly format?: 'csv' | 'jsonl'
}

function exportOne(): Command {
  return baseCommand('export', 'its records as CSV, or as JSON lines that merge_records takes')
    .argument('<dataset>', 'its identifier')
    .argument('<file>', 'its ending says the format')
    .addOption(new Option('--format <format>', 'whatever the ending').choices(['csv', 'jsonl']))
    .action(async (dataset: string, file: string, options: ExportOptions) => {
      const format = options.format ?? formatOf(file)
      const part = `${file}.part`
      try {
        await withCaller(options, async (caller) => {
          const bytes = await caller.download(evaluationDatasets.download, { dataset, format })
          await pipeline(Readable.fromWeb(bytes), createWriteStream(part))
        })
        await rename(part, file)
      } catch (error) {
        await removeFile(part, { force: true })
        throw error
      }
      show({ file, format }, options.json, () => `${green('✓')} ${file}`)
    })
}

function formatOf(file: string): 'csv' | 'jsonl' {
  const ending = extname(file).slice(1).toLowerCase()
  if (ending === 'csv' || ending === 'jsonl') return ending
  const problem = `${file} says no format: end it in .csv or .jsonl, or say --format.`
  throw new TidemillError('bad_request', { problem })
}

function rm(): Command {
  return baseCommand('rm', 'remove an evaluation data set with its records, for good')
    .argument('<dataset>', 'its identifier')
    .option('--yes', 'do it without asking')
    .addHelpText('after', '\nWithout --yes it says what would go, and on a terminal asks.')
    .action(async (dataset: string, options: Sure) => {
      const removal = await withCaller(options, async (caller) => {
        const go = (dry: boolean) => caller.call(evaluationDatasets.remove, { dataset, dry })
        if (options.yes) return go(false)
        const planned = await go(true)
        return (await isSure(options, `${whatGoes(planned)} would go for good.`))
          ? go(false)
          : planned
      })
      show(removal, options.json, (done) =>
        done.dry
          ? `${whatGoes(done)} would go for good. Nothing was removed: --yes does it.`
          : `${green('✓')} gone for good: ${whatGoes(done)}`,
      )
    })
}

function whatGoes({ name, records, experiments }: EvaluationDatasetRemoval): string {
  const of = experiments.length === 0 ? '' : ` of ${experiments.join(', ')}`
  return `${name}${of} with ${counted(records, 'record')}`
}
