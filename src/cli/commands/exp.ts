import { cwd } from 'node:process'
import { Command, Option } from 'commander'
import {
  applyExperiment,
  branchExperiment,
  diffTable,
  diffTree,
  markdownTable,
  metricsChanges,
  paramsChanges,
  pythonJson,
  removeDeadTrees,
  saveWorkTree,
} from '#pipeline'
import { checkoutLines } from '../checkout-lines.ts'
import { printLine } from '../diff-command.ts'
import { listExperiments, removeSome, renameOne } from '../experiment-list.ts'
import { recordAll } from '../experiment-record.ts'
import { runExperiments } from '../experiment-run.ts'
import { keepOthersAsRuns } from '../experiment-work.ts'
import { shareExperiments } from '../experiment-share.ts'
import { showExperiments } from '../experiment-show.ts'
import { dim, green, textTable } from '../output.ts'
import {
  counted,
  gather,
  pipelineCommand,
  rootHere,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'

export function command(): Command {
  return new Command('exp')
    .addCommand(runExperiments())
    .addCommand(showExperiments())
    .addCommand(listExperiments())
    .addCommand(diff())
    .addCommand(apply())
    .addCommand(branch())
    .addCommand(renameOne())
    .addCommand(removeSome())
    .addCommand(save())
    .addCommand(recordAll())
    .addCommand(shareExperiments('push'))
    .addCommand(shareExperiments('pull'))
    .addCommand(clean())
}

function diff(): Command {
  return pipelineCommand('diff', 'compare metrics and parameters of two experiments')
    .argument('[from]', 'an experiment, commit, branch or tag; HEAD unless said')
    .argument('[to]', 'another; the work tree unless said')
    .option('--all', 'what did not change, too')
    .option('--param-deps', 'parameters that stages depend on, alone')
    .option('--md', 'as tables in Markdown')
    .option('--no-path', 'without the column of files')
    .option('--precision <n>', 'significant digits', Number, 5)
    .action(
      (
        from: string | undefined,
        to: string | undefined,
        options: PipelineOptions & {
          all?: boolean
          paramDeps?: boolean
          md?: boolean
          path: boolean
          precision: number
        },
      ) => {
        rootHere()
        const between = {
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          all: options.all ?? false,
        }
        const metrics = metricsChanges(cwd(), between)
        const params = paramsChanges(cwd(), { ...between, deps: options.paramDeps ?? false })
        if (options.json) {
          printLine(
            pythonJson(
              new Map([
                ['metrics', diffTree(metrics)],
                ['params', diffTree(params)],
              ]),
            ),
          )
          return
        }
        const parts = (
          [
            ['Metric', metrics],
            ['Param', params],
          ] as const
        ).map(([what, rows]) =>
          diffTable(rows, {
            what,
            from: from ?? 'HEAD',
            to: to ?? 'workspace',
            change: true,
            noPath: !options.path,
            precision: options.precision,
          }),
        )
        tell(
          parts,
          options,
          () =>
            parts
              .filter((table) => options.md || table.rows.length > 0)
              .map((table) =>
                options.md ? markdownTable(table) : `${textTable(table.headers, table.rows)}\n`,
              )
              .join('\n') || 'Nothing differs.',
        )
      },
    )
}

function apply(): Command {
  return pipelineCommand('apply', 'bring the work tree to an experiment')
    .argument('<experiment>', 'its name or commit')
    .option('-f, --force', 'lose content that no commit, experiment or cache has')
    .addOption(new Option('--no-force', 'as is the rule').hideHelp())
    .action(async (name: string, options: PipelineOptions & { force?: boolean }) => {
      rootHere()
      const applied = await applyExperiment(cwd(), name, { force: options.force ?? false })
      tell(applied, options, (done) =>
        [
          `${green('✓')} the work tree is ${done.experiment.name}; HEAD stays where it was`,
          ...done.files.map((file) => `  ${file}`),
          checkoutLines(done, 'not in the cache'),
        ].join('\n'),
      )
    })
}

function branch(): Command {
  return pipelineCommand('branch', 'make a Git branch of an experiment')
    .argument('<experiment>', 'its name or commit')
    .argument('[branch]', 'NAME-branch unless said')
    .action((name: string, wanted: string | undefined, options: PipelineOptions) => {
      const made = branchExperiment(rootHere(), name, wanted)
      tell({ branch: made }, options, () => `${green('✓')} ${made}\nGo there: git switch ${made}`)
    })
}

function save(): Command {
  return pipelineCommand('save', 'keep the work tree as it is as an experiment')
    .option('-n, --name <name>', 'two words of chance unless said')
    .option('-m, --message <text>', 'the message of the commit that keeps it')
    .option('-f, --force', 'replace an experiment of that name')
    .option(
      '-I, --include-untracked <path>',
      'a file that Git does not track, too (may be repeated)',
      gather,
    )
    .addOption(new Option('-R, --recursive', 'taken for DVC’s sake: all is kept').hideHelp())
    .action(
      async (
        options: PipelineOptions & {
          name?: string
          message?: string
          force?: boolean
          includeUntracked?: readonly string[]
          recursive?: boolean
        },
      ) => {
        const root = rootHere()
        const { json: _json, quiet: _quiet, recursive: _recursive, ...asked } = options
        const saved = await saveWorkTree(cwd(), asked)
        await keepOthersAsRuns(root)
        tell(saved, options, ({ name, rev }) => `${green('✓')} ${name} ${dim(rev.slice(0, 7))}`)
      },
    )
}

function clean(): Command {
  return pipelineCommand('clean', 'remove work trees that dead experiments left').action(
    async (options: PipelineOptions) => {
      const removed = await removeDeadTrees(rootHere())
      tell({ removed }, options, () => `${green('✓')} ${counted(removed, 'work tree')} removed`)
    },
  )
}
