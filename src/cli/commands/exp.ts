import { cwd } from 'node:process'
import { Command } from 'commander'
import {
  applyExperiment,
  branchExperiment,
  diffTable,
  diffTree,
  experiments,
  expRun,
  markdownTable,
  metricsChanges,
  paramsChanges,
  commitsOf,
  pythonJson,
  removeExperiments,
  renameExperiment,
  stageEnvironment,
} from '#pipeline'
import { homeOf, projectOf } from '../connect.ts'
import { checkoutLines } from '../checkout-lines.ts'
import { printLine } from '../diff-command.ts'
import { showExperiments } from '../experiment-show.ts'
import { dim, green, textTable } from '../output.ts'
import {
  gather,
  pipelineCommand,
  pipelineHere,
  rootHere,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'
import { addReproOptions, reproLine, reproOptions, showProgress, type ReproFlags } from './repro.ts'

export function command(): Command {
  return new Command('exp')
    .addCommand(run())
    .addCommand(showExperiments())
    .addCommand(list())
    .addCommand(diff())
    .addCommand(apply())
    .addCommand(branch())
    .addCommand(rename())
    .addCommand(remove())
}

interface RunFlags extends PipelineOptions, ReproFlags {
  readonly name?: string
  readonly setParam?: readonly string[]
  readonly temp?: boolean
  readonly message?: string
}

function run(): Command {
  const command = pipelineCommand(
    'run',
    'run the pipeline with other parameters, and keep what comes of it',
  )
    .argument('[targets...]', 'stages; all unless said')
    .option('-n, --name <name>', 'what the experiment is called; two words of chance unless said')
    .option('-S, --set-param <[file:]key=value>', 'a parameter to change (may be repeated)', gather)
    .option('--temp', 'in a work tree of its own, so that the files here are not touched')
    .option('-m, --message <text>', 'the message of the commit that keeps it')
  return addReproOptions(command).action(async (targets: readonly string[], options: RunFlags) => {
    pipelineHere()
    const interrupted = new AbortController()
    process.once('SIGINT', () => interrupted.abort())
    const made = await expRun(cwd(), {
      ...reproOptions(targets, options),
      set: options.setParam ?? [],
      temp: options.temp ?? false,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.message === undefined ? {} : { message: options.message }),
      env: stageEnvironment({ home: homeOf({}), project: projectOf({}) }),
      signal: interrupted.signal,
      onEvent: (event) => {
        if (!options.json && !options.quiet) showProgress(event)
      },
    })
    tell(made, options, ({ name, rev, result, metrics }) =>
      [
        reproLine(result),
        `${green('✓')} ${name} ${dim(rev.slice(0, 7))}`,
        ...Object.entries(metrics).map(([file, values]) =>
          dim(`  ${file} ${JSON.stringify(values)}`),
        ),
        options.temp
          ? `Bring it here: tidemill exp apply ${name}`
          : 'The work tree is as the experiment left it.',
      ].join('\n'),
    )
  })
}

function list(): Command {
  return pipelineCommand('list', 'the experiments on HEAD')
    .option('-A, --all-commits', 'on every commit')
    .option('--rev <commit>', 'on a commit')
    .option('--name-only', 'names alone')
    .option('--sha-only', 'commits alone')
    .action(
      (
        options: PipelineOptions & {
          allCommits?: boolean
          rev?: string
          nameOnly?: boolean
          shaOnly?: boolean
        },
      ) => {
        const root = rootHere()
        const [baseline] = commitsOf(root, { revisions: [options.rev ?? 'HEAD'] })
        const found = experiments(root, options.allCommits ? undefined : baseline)
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
    .action((name: string, to: string, options: PipelineOptions) => {
      renameExperiment(rootHere(), name, to)
      tell({ name: to }, options, () => `${green('✓')} ${name} is called ${to}`)
    })
}

function remove(): Command {
  return pipelineCommand('remove', 'take experiments away')
    .argument('[experiments...]', 'names or commits')
    .option('-A, --all-commits', 'all of them')
    .option('--rev <commit>', 'all on a commit')
    .action(
      (
        names: readonly string[],
        options: PipelineOptions & { allCommits?: boolean; rev?: string },
      ) => {
        const root = rootHere()
        const [baseline] =
          options.rev === undefined ? [] : commitsOf(root, { revisions: [options.rev] })
        const chosen =
          options.allCommits || baseline !== undefined
            ? experiments(root, options.allCommits ? undefined : baseline).map((each) => each.rev)
            : names
        const removed = removeExperiments(root, chosen)
        tell({ removed }, options, () =>
          removed.length === 0
            ? 'Nothing to remove: name experiments, or give --all-commits.'
            : removed
                .map((each) => `${green('✓')} ${each.name} ${dim(each.rev.slice(0, 7))} removed`)
                .join('\n'),
        )
      },
    )
}
