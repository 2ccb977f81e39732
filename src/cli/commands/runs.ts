import { Command } from 'commander'
import {
  commitOf,
  dataOf,
  operations,
  programOf,
  readRun,
  TidemillError,
  type Caller,
} from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { bold, dim, shortNumber, show, textTable, when } from '../output.ts'
import { exportCommand } from '../runs/export-command.ts'
import { gcCommand } from '../runs/gc-command.ts'
import { listCommand } from '../runs/list-command.ts'
import { moveCommand, renameCommand } from '../runs/move-commands.ts'
import { rerunCommand } from '../runs/rerun-command.ts'
import { retentionCommand } from '../runs/retention-commands.ts'
import { whyCommand } from '../runs/why.ts'
import { withInputs, type RunWithInputs } from '../runs/with-inputs.ts'

export function command(): Command {
  return new Command('runs')
    .addCommand(experiments())
    .addCommand(listCommand())
    .addCommand(showOne())
    .addCommand(compare())
    .addCommand(whyCommand())
    .addCommand(remove())
    .addCommand(restore())
    .addCommand(exportCommand())
    .addCommand(rerunCommand())
    .addCommand(gcCommand())
    .addCommand(retentionCommand())
    .addCommand(moveCommand())
    .addCommand(renameCommand())
}

function experiments(): Command {
  return baseCommand('experiments', 'experiments with their number of runs').action(
    async (options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.runs.experiments, {}),
      )
      show(result, options.json, (each) =>
        textTable(
          ['experiment', 'runs', 'last'],
          each.experiments.map((one) => [one.name, one.runs, when(one.lastRunAt)]),
        ),
      )
    },
  )
}

function showOne(): Command {
  return baseCommand('show', 'one run')
    .argument('<run>')
    .action(async (run: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.runs.get, { run }),
      )
      show(result, options.json, (each) =>
        [
          `${bold(each.run.name)} ${dim(each.run.id)} ${each.run.status}`,
          `  experiment ${each.run.experiment}, by ${each.run.user}, ${when(each.run.startedAt)}`,
          ...Object.entries(each.run.source).map(([key, value]) => `  ${key} ${sourceText(value)}`),
          '',
          textTable(['param', 'value'], Object.entries(each.run.params)),
          '',
          textTable(
            ['metric', 'value'],
            Object.entries(readRun(each).metrics).map(([key, value]) => [key, shortNumber(value)]),
          ),
          '',
          textTable(
            ['artifact', 'bytes', 'digest'],
            each.artifacts.map((one) => [one.path, one.size, one.digest.slice(7, 19)]),
          ),
        ].join('\n'),
      )
    })
}

function sourceText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function compare(): Command {
  return baseCommand('compare', 'what differs between runs')
    .argument('<runs...>')
    .action(async (ids: readonly string[], options: BaseOptions) => {
      const runs = await withCaller(options, async (caller) => {
        const reads = ids.map((run) => caller.call(operations.runs.get, { run }))
        return withInputs(caller, (await Promise.all(reads)).map(readRun))
      })
      show({ runs }, options.json, () => differences(runs))
    })
}

function differences(runs: readonly RunWithInputs[]): string {
  const facts = runs.map(
    (run) =>
      new Map<string, string>([
        ...Object.entries(run.params).map(([key, value]) => [`param ${key}`, value] as const),
        ...Object.entries(run.metrics).map(
          ([key, value]) => [`metric ${key}`, shortNumber(value)] as const,
        ),
        ['code', commitOf(run) ?? ''],
        ['source', programOf(run) ?? ''],
        ['data', run.source.dataDigest?.slice(7, 19) ?? dataOf(run.source, run.inputs).join('; ')],
      ]),
  )
  const keys = [...new Set(facts.flatMap((each) => [...each.keys()]))]
  const different = keys.filter((key) => new Set(facts.map((each) => each.get(key))).size > 1)
  if (different.length === 0) return 'No differences.'
  return textTable(
    ['', ...runs.map((run) => run.name)],
    different.map((key) => [key, ...facts.map((each) => each.get(key) ?? '')]),
  )
}

interface WhichOptions extends BaseOptions {
  readonly experiment?: string
}

function remove(): Command {
  return baseCommand('rm', 'hide runs, or an experiment with its runs; restore brings them back')
    .argument('[runs...]')
    .option('-e, --experiment <name>', 'an experiment with all of its runs')
    .action(async (runs: readonly string[], options: WhichOptions) => {
      const result = await withCaller(options, async (caller) => {
        const experiment = await chosen(caller, runs, options, 'without')
        if (experiment !== undefined) {
          await caller.call(operations.runs.removeExperiment, { experiment })
        }
        for (const run of runs) await caller.call(operations.runs.remove, { run })
        return { runs, ...(experiment === undefined ? {} : { experiment }) }
      })
      const again = options.experiment === undefined ? runs.join(' ') : `-e '${options.experiment}'`
      show(result, options.json, () =>
        [
          `Hidden. Bring back: tidemill runs restore ${again}`,
          'End for good: tidemill runs gc',
        ].join('\n'),
      )
    })
}

function restore(): Command {
  return baseCommand('restore', 'bring removed runs back, or an experiment with its runs')
    .argument('[runs...]')
    .option('-e, --experiment <name>', 'an experiment with the runs that went with it')
    .action(async (runs: readonly string[], options: WhichOptions) => {
      const result = await withCaller(options, async (caller) => {
        const experiment = await chosen(caller, runs, options, 'only')
        if (experiment !== undefined) {
          await caller.call(operations.runs.restoreExperiment, { experiment })
        }
        for (const run of runs) await caller.call(operations.runs.restore, { run })
        return { runs, ...(experiment === undefined ? {} : { experiment }) }
      })
      show(
        result,
        options.json,
        () => `${[...runs, options.experiment ?? ''].join(' ').trim()} back.`,
      )
    })
}

/** The experiment that is meant, by its name; one thing at least must be. */
async function chosen(
  caller: Caller,
  runs: readonly string[],
  { experiment: name }: WhichOptions,
  removed: 'without' | 'only',
): Promise<string | undefined> {
  if (name === undefined) {
    if (runs.length > 0) return undefined
    throw new TidemillError('bad_request', { problem: 'Say which runs, or --experiment NAME.' })
  }
  const { experiments: found } = await caller.call(operations.runs.experiments, { removed })
  const one = found.find((each) => each.name === name)
  if (!one) throw new TidemillError('not_found', { kind: 'experiment', name })
  return one.id
}
