import { cwd } from 'node:process'
import { Command, Option } from 'commander'
import {
  applyExperiment,
  branchExperiment,
  diffTable,
  diffTree,
  experiments,
  markdownTable,
  metricsChanges,
  openQueue,
  paramsChanges,
  commitsOf,
  pythonJson,
  remoteExperiments,
  removeRemoteExperiments,
  renameRemoteExperiment,
  removeDeadTrees,
  removeExperiments,
  renameExperiment,
  saveWorkTree,
} from '#pipeline'
import { checkoutLines } from '../checkout-lines.ts'
import { printLine } from '../diff-command.ts'
import { runExperiments } from '../experiment-run.ts'
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
import { wholeNumber } from '../transfer-options.ts'

export function command(): Command {
  return new Command('exp')
    .addCommand(runExperiments())
    .addCommand(showExperiments())
    .addCommand(list())
    .addCommand(diff())
    .addCommand(apply())
    .addCommand(branch())
    .addCommand(rename())
    .addCommand(remove())
    .addCommand(save())
    .addCommand(shareExperiments('push'))
    .addCommand(shareExperiments('pull'))
    .addCommand(clean())
}

function list(): Command {
  return pipelineCommand('list', 'the experiments on HEAD, or those of a Git remote')
    .alias('ls')
    .argument('[git-remote]', 'its name or address')
    .option('-A, --all-commits', 'on every commit')
    .option('--rev <commit>', 'on a commit')
    .option('-n, --num <n>', 'on so many commits back', wholeNumber)
    .option('--name-only', 'names alone')
    .addOption(new Option('--names-only', 'as --name-only').implies({ nameOnly: true }).hideHelp())
    .option('--sha-only', 'commits alone')
    .addOption(new Option('--shas-only', 'as --sha-only').implies({ shaOnly: true }).hideHelp())
    .action(
      (
        gitRemote: string | undefined,
        options: PipelineOptions & {
          allCommits?: boolean
          rev?: string
          num?: number
          nameOnly?: boolean
          shaOnly?: boolean
        },
      ) => {
        const root = rootHere()
        const baselines = baselinesOf(root, options)
        const all =
          gitRemote === undefined ? experiments(root) : remoteExperiments(cwd(), gitRemote)
        const found = all.filter((each) => options.allCommits || baselines.includes(each.baseline))
        tell({ experiments: found }, options, () => {
          if (options.nameOnly) return found.map((each) => each.name).join('\n')
          if (options.shaOnly) return found.map((each) => each.rev).join('\n')
          return found.length === 0
            ? 'No experiments here. Run one: tidemill exp run -S key=value'
            : textTable(
                ['experiment', 'commit', 'baseline'],
                found.map((each) => [each.name, each.rev.slice(0, 7), each.baseline.slice(0, 7)]),
              )
        })
      },
    )
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
              .map((table) => {
                if (options.md) return markdownTable(table)
                return table.rows.length === 0 ? '' : `${textTable(table.headers, table.rows)}\n`
              })
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

function rename(): Command {
  return pipelineCommand('rename', 'give an experiment another name')
    .argument('<experiment>')
    .argument('<name>')
    .option('-g, --git-remote <name>', 'there too: its name or address')
    .option('-f, --force', 'in place of one of that name')
    .action(
      (
        name: string,
        to: string,
        options: PipelineOptions & { gitRemote?: string; force?: boolean },
      ) => {
        const force = { force: options.force ?? false }
        const root = rootHere()
        if (options.gitRemote !== undefined)
          renameRemoteExperiment(cwd(), options.gitRemote, name, to, force)
        if (options.gitRemote === undefined || experiments(root).some((each) => each.name === name))
          renameExperiment(root, name, to, force)
        tell({ name: to }, options, () => `${green('✓')} ${name} is called ${to}`)
      },
    )
}

interface RemoveFlags extends PipelineOptions, BaselineFlags {
  readonly allCommits?: boolean
  readonly keep?: boolean
  readonly queue?: boolean
  readonly gitRemote?: string
}

function remove(): Command {
  return pipelineCommand('remove', 'take experiments away')
    .alias('rm')
    .argument('[experiments...]', 'names or commits')
    .option('-A, --all-commits', 'all of them')
    .option('--rev <commit>', 'all on a commit')
    .option('-n, --num <n>', 'all on so many commits back', wholeNumber)
    .option('--keep', 'all but those')
    .option('--queue', 'those that wait in the queue, too')
    .option('-g, --git-remote <name>', 'from a Git remote in place of here')
    .action((names: readonly string[], options: RemoveFlags) => {
      const root = rootHere()
      const there = options.gitRemote
      const all = there === undefined ? experiments(root) : remoteExperiments(cwd(), there)
      const baselines =
        options.rev === undefined && options.num === undefined ? [] : baselinesOf(root, options)
      const named = (each: { readonly name: string; readonly rev: string }): boolean =>
        names.some((name) => each.name === name || (name.length > 3 && each.rev.startsWith(name)))
      const scoped = all.filter(
        (each) => options.allCommits === true || baselines.includes(each.baseline),
      )
      const broad = options.allCommits === true || baselines.length > 0
      const chosen = options.keep
        ? (broad ? scoped : all).filter((each) => !named(each)).map((each) => each.ref)
        : broad
          ? scoped.map((each) => each.ref)
          : names
      const removed =
        there === undefined
          ? removeExperiments(root, chosen)
          : removeRemoteExperiments(cwd(), there, chosen)
      const queue = openQueue(root)
      const waiting = options.queue ? queue.list().filter(({ state }) => state === 'queued') : []
      for (const each of waiting) queue.remove(each)
      const gone = [...removed.map(({ name, rev }) => `${name} ${dim(rev.slice(0, 7))}`)]
      tell({ removed, unqueued: waiting.map(({ name }) => name) }, options, () =>
        gone.length + waiting.length === 0
          ? 'Nothing to remove: name experiments, or give --all-commits.'
          : [...gone, ...waiting.map(({ name }) => `${name} ${dim('(queued)')}`)]
              .map((each) => `${green('✓')} ${each} removed`)
              .join('\n'),
      )
    })
}

interface BaselineFlags {
  readonly rev?: string
  readonly num?: number
}

/** The commits that experiments are asked for on. */
function baselinesOf(root: string, { rev, num }: BaselineFlags): readonly string[] {
  return commitsOf(root, {
    revisions: [rev ?? 'HEAD'],
    ...(num === undefined ? {} : { depth: num }),
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
        rootHere()
        const { json: _json, quiet: _quiet, recursive: _recursive, ...asked } = options
        const saved = await saveWorkTree(cwd(), asked)
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
