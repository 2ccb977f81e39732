import { Command } from 'commander'
import { operations, type Run } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { bold, dim, shortNumber, show, textTable, when } from '../output.ts'
import { gcCommand } from '../runs/gc-command.ts'
import { listCommand } from '../runs/list-command.ts'
import { moveCommand, renameCommand } from '../runs/move-commands.ts'
import { rerunCommand } from '../runs/rerun-command.ts'
import { retentionCommand } from '../runs/retention-commands.ts'
import { whyCommand } from '../runs/why.ts'

export function command(): Command {
  return new Command('runs')
    .addCommand(experiments())
    .addCommand(listCommand())
    .addCommand(showOne())
    .addCommand(compare())
    .addCommand(whyCommand())
    .addCommand(remove())
    .addCommand(restore())
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
            Object.entries(each.run.metrics).map(([key, value]) => [key, shortNumber(value)]),
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
      const runs = await withCaller(options, (caller) =>
        Promise.all(ids.map(async (run) => (await caller.call(operations.runs.get, { run })).run)),
      )
      show({ runs }, options.json, () => differences(runs))
    })
}

function differences(runs: readonly Run[]): string {
  const facts = runs.map(
    (run) =>
      new Map<string, string>([
        ...Object.entries(run.params).map(([key, value]) => [`param ${key}`, value] as const),
        ...Object.entries(run.metrics).map(
          ([key, value]) => [`metric ${key}`, shortNumber(value)] as const,
        ),
        ['code', run.source.code ?? ''],
        ['data', run.source.dataDigest?.slice(7, 19) ?? ''],
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

function remove(): Command {
  return baseCommand('rm', 'hide a run; restore brings it back')
    .argument('<run>')
    .action(async (run: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.runs.remove, { run }),
      )
      show(result, options.json, () => `Removed. Bring it back with: tidemill runs restore ${run}`)
    })
}

function restore(): Command {
  return baseCommand('restore', 'bring a removed run back')
    .argument('<run>')
    .action(async (run: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.runs.restore, { run }),
      )
      show(result, options.json, () => `${run} is back.`)
    })
}
