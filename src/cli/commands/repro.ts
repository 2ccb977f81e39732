import { cwd } from 'node:process'
import { Option, type Command } from 'commander'
import { TidemillError } from '#contract/error'
import {
  isolatedExecutor,
  loadPipeline,
  plan,
  planForecast,
  repro,
  stageEnvironment,
  type ReproOptions,
} from '#pipeline/daily'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { confirm } from '../confirm.ts'
import { homeOf, projectOf } from '../connect.ts'
import { forecastLine } from '../forecast-line.ts'
import { interrupted } from '../interrupted.ts'
import { planLines } from '../plan-lines.ts'
import { runTally } from '../run-tally.ts'
import { green, red, show } from '../output.ts'
import { counted, rootHere } from '../pipeline-command.ts'
import { showStages } from '../show-stages.ts'
import { noteResources } from '../stage-resources.ts'
import { wholeNumber } from '../transfer-options.ts'

export interface ReproFlags {
  readonly force?: boolean
  readonly dry?: boolean
  readonly jobs: number
  readonly singleItem?: boolean
  readonly pipeline?: boolean
  readonly allPipelines?: boolean
  readonly downstream?: boolean
  readonly forceDownstream?: boolean
  readonly glob?: boolean
  readonly commit: boolean
  readonly runCache: boolean
  readonly keepGoing?: boolean
  readonly ignoreErrors?: boolean
  readonly pull?: boolean
  readonly interactive?: boolean
  readonly recursive?: boolean
  readonly allowMissing?: boolean
  readonly isolated?: boolean
  readonly trace?: boolean
  readonly quiet?: boolean
}

/** The options that a run of stages takes, of `repro` and of `exp run`. */
export function addReproOptions(command: Command): Command {
  return command
    .option('-f, --force', 'run them whatever changed')
    .option('-s, --single-item', 'the targets alone, without what they need')
    .option('-p, --pipeline', 'everything that hangs together with the targets')
    .option('-P, --all-pipelines', 'every stage of the repository')
    .option('--downstream', 'the targets and what needs them')
    .option('--force-downstream', 'run what needs a stage that changed, whatever its dependencies')
    .option('--glob', 'targets are patterns of stage names')
    .option('-R, --recursive', 'a folder means every stage in it and below')
    .option('-i, --interactive', 'ask before each stage')
    .option('--allow-missing', 'data that is not here is no reason to run what recorded it')
    .option('-k, --keep-going', 'after a failure, run what does not depend on it')
    .addOption(
      new Option('--ignore-errors', 'after a failure, run the rest all the same').conflicts(
        'keepGoing',
      ),
    )
    .option('--no-commit', 'leave the cache alone; tidemill commit fills it later')
    .option('--no-run-cache', 'run what was run before with the same inputs, too')
    .option('--pull', 'fetch what is missing, and the record of runs, from the remote first')
    .option(
      '--isolated',
      'run each stage in an empty folder that holds nothing but what it declares',
    )
    .addOption(
      new Option(
        '--trace',
        'watch which files stages read, and name those they do not declare; nothing comes from the run cache',
      ).conflicts('isolated'),
    )
    .option('-j, --jobs <n>', 'stages at a time; 0 for as many as there are cores', countOrNone, 1)
}

function countOrNone(text: string): number {
  return text === '0' ? 0 : wholeNumber(text)
}

export function reproOptions(
  targets: readonly string[],
  flags: ReproFlags,
): Omit<ReproOptions, 'dry'> {
  return {
    ...(targets.length === 0 ? {} : { targets }),
    force: flags.force ?? false,
    single: flags.singleItem ?? false,
    pipeline: flags.pipeline ?? false,
    all: flags.allPipelines ?? false,
    downstream: flags.downstream ?? false,
    forceDownstream: flags.forceDownstream ?? false,
    glob: flags.glob ?? false,
    recursive: flags.recursive ?? false,
    allowMissing: flags.allowMissing ?? false,
    ...(flags.interactive
      ? { confirm: (stage) => confirm(`Run ${stage}?`, ': leave --interactive out.') }
      : {}),
    commit: flags.commit,
    runCache: flags.runCache,
    ...(flags.pull
      ? {
          bring: async (repository, digests) => {
            const { bringObjects } = await import('#pipeline')
            await bringObjects(repository, digests)
          },
        }
      : {}),
    jobs: flags.jobs,
    trace: flags.trace ?? false,
    ...(flags.isolated ? { executor: isolatedExecutor() } : {}),
    onError: flags.keepGoing ? 'keep-going' : flags.ignoreErrors ? 'ignore' : 'stop',
  }
}

/** How a run ended, in a line. */
export function reproLine({
  stages,
  changed,
}: {
  readonly stages: readonly { readonly outcome: string }[]
  readonly changed: boolean
}): string {
  const failed = stages.filter((stage) => stage.outcome === 'failed').length
  if (!changed && failed === 0) return 'Everything is up to date.'
  const ran = stages.filter((stage) => stage.outcome === 'ran').length
  const restored = stages.filter((stage) => stage.outcome === 'restored').length
  const same = stages.length - ran - restored - failed
  const line = `${counted(ran, 'stage')} ran, ${restored} came from the cache, ${same} ${same === 1 ? 'was' : 'were'} up to date`
  return failed === 0 ? `${green('✓')} ${line}` : `${red('✗')} ${failed} failed, ${line}`
}

export function command(): Command {
  return addReproOptions(
    baseCommand('repro')
      .argument('[targets...]', 'stages; all unless said')
      .option('-n, --dry', 'only say what would run, and why')
      .option('-q, --quiet', 'print nothing but errors')
      .addOption(new Option('-v, --verbose', 'taken for DVC’s sake').hideHelp()),
  ).action(
    async (targets: readonly string[], options: BaseOptions & ReproFlags, given: Command) => {
      if (options.url === undefined) return here(targets, options)
      const { reproOnServer } = await import('../repro-on-server.ts')
      await reproOnServer(targets, options, given)
    },
  )
}

async function here(targets: readonly string[], options: BaseOptions & ReproFlags): Promise<void> {
  const wanted = reproOptions(targets, options)
  const env = stageEnvironment({ home: homeOf(options), project: projectOf(options) })
  rootHere()
  if (options.dry) {
    const pipeline = loadPipeline(cwd())
    const stages = await plan(pipeline, { ...wanted, env })
    const expected = await planForecast(pipeline, stages, options.jobs)
    show({ stages, ...(expected ? { forecast: expected } : {}) }, options.json, () =>
      [planLines(stages), ...(expected ? [forecastLine(expected)] : [])].join('\n'),
    )
    return
  }
  if (options.pull) {
    const { pullForRun } = await import('#pipeline')
    await pullForRun(loadPipeline(cwd()), { ...wanted, env })
  }
  const pipeline = loadPipeline(cwd())
  if (pipeline.stages.length + pipeline.data.length === 0)
    throw new TidemillError('not_found', { kind: 'pipeline', name: `dvc.yaml in ${cwd()}` })
  const logs: string[] = []
  const showProgress = showStages(options.jobs, wanted.onError)
  const tally = runTally(options)
  try {
    const result = await repro(pipeline, {
      ...wanted,
      env,
      signal: interrupted(),
      onEvent(event) {
        if (event.type === 'started') logs.push(event.log)
        tally.add(event)
        if (!options.json && (!options.quiet || event.type === 'failed')) showProgress(event)
      },
    })
    if (!options.quiet) show(result, options.json, reproLine)
  } catch (error) {
    tally.end(error)
  } finally {
    await noteResources(logs, options)
  }
}
