import { randomInt } from 'node:crypto'
import { cwd } from 'node:process'
import { Option, type Command } from 'commander'
import { TidemillError } from '#contract/error'
import {
  drawPoints,
  enqueue,
  expPlan,
  experimentsTried,
  expRun,
  gridOf,
  pullForRun,
  queueIsWorked,
  readOverride,
  refuseComposition,
  stageEnvironment,
  type Override,
  type StagePlan,
} from '#pipeline'
import { addReproOptions, reproLine, reproOptions, type ReproFlags } from './commands/repro.ts'
import { homeOf, projectOf } from './connect.ts'
import { keepAsRun, noRunsLine, runsAreKept, workHere } from './experiment-work.ts'
import { metricLines } from './metric-lines.ts'
import { dim, green } from './output.ts'
import { interrupted } from './interrupted.ts'
import { runTally } from './run-tally.ts'
import { showStages } from './show-stages.ts'
import { planLines } from './plan-lines.ts'
import { noteResources } from './stage-resources.ts'
import {
  counted,
  gather,
  pipelineCommand,
  pipelineHere,
  tell,
  type PipelineOptions,
} from './pipeline-command.ts'

interface RunFlags extends PipelineOptions, ReproFlags {
  readonly name?: string
  readonly setParam?: readonly string[]
  readonly temp?: boolean
  readonly hydra: boolean
  readonly copyPaths?: readonly string[]
  readonly message?: string
  readonly queue?: boolean
  readonly runAll?: boolean
  readonly random?: number
  readonly suggest?: number
  readonly metric?: string
  readonly goal: 'min' | 'max'
  readonly seed?: number
}

/** `exp run`: one experiment here or beside, or many, queued or at once. */
export function runExperiments(): Command {
  const command = pipelineCommand(
    'run',
    'run the pipeline with other parameters, and keep what comes of it',
  )
    .argument('[targets...]', 'stages; all unless said')
    .option('-n, --name <name>', 'what the experiment is called; two words of chance unless said')
    .option(
      '-S, --set-param <[file:]key=values>',
      'a parameter to change, +key=value one to add, ~key one to remove (may be repeated): a value, several (1,2,3), range(1,9), interval(0,1), int(interval(1,9)), tag(log, interval(1e-4,1))',
      gather,
    )
    .option('--queue', 'for later: tidemill queue start')
    .option('--run-all', 'what waits in the queue, now; -j so many at a time')
    .option('--random <n>', 'so many points drawn at random, in place of every combination', Number)
    .option('--suggest <n>', 'so many points that look promising after what was tried', Number)
    .option('--metric <[file:]key>', 'with --suggest, what is to get better')
    .addOption(
      new Option('--goal <goal>', 'with --suggest, which way')
        .choices(['min', 'max'])
        .default('min'),
    )
    .option('--seed <n>', 'of --random and --suggest', Number)
    .option('--temp', 'in a work tree of its own, so that the files here are not touched')
    .option(
      '-C, --copy-paths <path>',
      'with --temp: a file or folder that Git ignores and the run needs (may be repeated)',
      gather,
    )
    .option('-m, --message <text>', 'the message of the commit that keeps it')
    .option('--dry', 'only say what would run, and why')
    .addOption(new Option('--no-hydra', 'params.yaml as it is, whatever hydra.enabled says'))
  return addReproOptions(command).action(async (targets: readonly string[], options: RunFlags) => {
    const { root } = pipelineHere()
    if (options.hydra) refuseComposition(root)
    if (options.pull) await pullForRun(pipelineHere(), reproOptions(targets, options))
    if (options.runAll) {
      await runAll(root, options)
      return
    }
    const overrides = (options.setParam ?? []).map(readOverride)
    const points = await pointsOf(overrides, options)
    if (options.dry) {
      await showPlans(targets, points, options)
      return
    }
    if (points.length === 1 && !options.queue && !options.random && !options.suggest)
      await runOne(targets, points[0] ?? [], options, root)
    else {
      refuseWatching(options)
      const { executor, ...run } = reproOptions(targets, options)
      const queued = enqueue(cwd(), points, {
        ...run,
        isolated: executor !== undefined,
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.message === undefined ? {} : { message: options.message }),
        ...(options.copyPaths === undefined ? {} : { copyPaths: options.copyPaths }),
      })
      if (!options.queue) await runAll(root, options)
      else {
        tell({ queued }, options, () =>
          [
            ...queued.map(({ name, set }) => `${green('✓')} ${name} ${dim(set.join(' '))}`),
            `${counted(queued.length, 'experiment')} queued. Run them: tidemill queue start`,
          ].join('\n'),
        )
      }
    }
  })
}

/** Experiments that a queue runs have nobody beside them who answers or reads. Errors: `bad_request`. */
function refuseWatching({ interactive, trace }: RunFlags): void {
  const flag = interactive ? '--interactive' : trace ? '--trace' : undefined
  if (flag !== undefined) {
    throw new TidemillError('bad_request', {
      problem: `${flag} is for one experiment that runs here: leave it out, or run one with -S key=value, without --queue`,
    })
  }
}

/** What each point would run. */
async function showPlans(
  targets: readonly string[],
  points: readonly (readonly string[])[],
  options: RunFlags,
): Promise<void> {
  const env = stageEnvironment({ home: homeOf({}), project: projectOf({}) })
  const { confirm: _confirm, ...scope } = reproOptions(targets, options)
  const experiments: { set: readonly string[]; stages: readonly StagePlan[] }[] = []
  for (const set of points)
    experiments.push({ set, stages: await expPlan(cwd(), { ...scope, env, set }) })
  tell({ experiments }, options, () =>
    experiments
      .map(({ set, stages }) =>
        [...(set.length > 0 ? [dim(set.join(' '))] : []), planLines(stages)].join('\n'),
      )
      .join('\n'),
  )
}

async function runOne(
  targets: readonly string[],
  set: readonly string[],
  options: RunFlags,
  root: string,
): Promise<void> {
  const wanted = reproOptions(targets, options)
  const showProgress = showStages(options.jobs, wanted.onError)
  const tally = runTally(options)
  const made = await expRun(cwd(), {
    ...wanted,
    set,
    temp: options.temp ?? false,
    ...(options.copyPaths === undefined ? {} : { copyPaths: options.copyPaths }),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.message === undefined ? {} : { message: options.message }),
    env: stageEnvironment({ home: homeOf({}), project: projectOf({}) }),
    signal: interrupted(),
    onAttempts: (logs) => noteResources(logs, {}),
    onEvent: (event) => {
      tally.add(event)
      if (!options.json && (!options.quiet || event.type === 'failed')) showProgress(event)
    },
  }).catch(tally.end)
  if (!made) return
  await keepAsRun(root, made)
  tell(made, options, ({ name, rev, result, metrics }) =>
    [
      reproLine(result),
      `${green('✓')} ${name} ${dim(rev.slice(0, 7))}`,
      ...metricLines(metrics),
      options.temp
        ? `Bring it here: tidemill exp apply ${name}`
        : 'The work tree is as the experiment left it.',
      ...(runsAreKept() ? [] : [noRunsLine()]),
    ].join('\n'),
  )
}

async function runAll(root: string, options: RunFlags): Promise<void> {
  if (queueIsWorked(root)) {
    tell(
      { ended: [] },
      options,
      () => 'A worker is at work already; it takes them. See tidemill queue status.',
    )
    return
  }
  const ended = await workHere(root, options.jobs, (line) => {
    if (!options.json && !options.quiet) process.stderr.write(`${line}\n`)
  })
  const failed = ended.filter(({ state }) => state !== 'done').length
  tell({ ended }, options, () =>
    ended.length === 0
      ? 'The queue is empty.'
      : `${counted(ended.length - failed, 'experiment')} done, ${failed} failed. Compare them: tidemill exp show`,
  )
  if (failed > 0) process.exitCode = 1
}

/** Which sets of values are to be tried. */
async function pointsOf(
  overrides: readonly Override[],
  options: RunFlags,
): Promise<readonly (readonly string[])[]> {
  const { random, suggest, metric, goal, seed = randomInt(2 ** 31) } = options
  const count = suggest ?? random
  if (count === undefined) return gridOf(overrides)
  if (!Number.isInteger(count) || count < 1 || count > 10_000)
    throw new TidemillError('bad_request', {
      problem: '--random and --suggest take a whole number',
    })
  if (overrides.length === 0)
    throw new TidemillError('bad_request', { problem: 'say with -S which parameters to try' })
  if (suggest === undefined) return drawPoints(overrides, count, seed)
  if (metric === undefined)
    throw new TidemillError('bad_request', { problem: '--suggest needs --metric' })
  const names = overrides.map(({ name }) => name)
  return drawPoints(overrides, count, seed, experimentsTried(cwd(), names, metric, goal))
}
