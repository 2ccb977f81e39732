import type { Command } from 'commander'
import type { Caller, JobRecord } from '#contract'
import { TidemillError } from '#contract/error'
import type { BaseOptions } from './base-command.ts'
import { withCaller } from './connect.ts'
import { forecastLine } from './forecast-line.ts'
import { green, red, show } from './output.ts'
import { planLines } from './plan-lines.ts'

interface ServerFlags extends BaseOptions {
  readonly force?: boolean
  readonly dry?: boolean
  readonly downstream?: boolean
  readonly allPipelines?: boolean
  readonly quiet?: boolean
}

/** What a server is told, and what is about the answer alone. */
const known = new Set([
  'home',
  'url',
  'project',
  'json',
  'quiet',
  'verbose',
  'force',
  'dry',
  'downstream',
  'allPipelines',
])

/** `repro --url`: the pipeline of the server's workspace, as a job there. Errors: `bad_request` for a flag that a server does not take. */
export async function reproOnServer(
  targets: readonly string[],
  options: ServerFlags,
  command: Command,
): Promise<void> {
  refuseOthers(command)
  const input = {
    force: options.force ?? false,
    downstream: options.downstream ?? false,
    ...(targets.length === 0 || options.allPipelines ? {} : { targets: [...targets] }),
  }
  await withCaller(options, (caller) =>
    options.dry ? showPlan(caller, input, options) : runThere(caller, input, options),
  )
}

interface Scope {
  readonly force: boolean
  readonly downstream: boolean
  targets?: string[]
}

function refuseOthers(command: Command): void {
  const others = command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .filter((option) => !known.has(option.attributeName()))
    .map((option) => option.long ?? option.flags)
  if (others.length === 0) return
  const [are, them] = others.length === 1 ? ['is', 'it'] : ['are', 'them']
  throw new TidemillError('bad_request', {
    problem: `${others.join(', ')} ${are} for a run on this machine, and a server does not take ${them}: leave ${them} out, or run without --url where the pipeline is`,
  })
}

async function showPlan(caller: Caller, input: Scope, options: ServerFlags): Promise<void> {
  const { operations } = await import('#contract')
  const planned = await caller.call(operations.pipelines.plan, input)
  show(planned, options.json, ({ stages, forecast }) =>
    [planLines(stages), ...(forecast === undefined ? [] : [forecastLine(forecast)])].join('\n'),
  )
}

async function runThere(caller: Caller, input: Scope, options: ServerFlags): Promise<void> {
  const { operations } = await import('#contract')
  let { job } = await caller.call(operations.pipelines.repro, input)
  while (isUnderWay(job)) {
    await new Promise((resolve) => setTimeout(resolve, 300))
    job = (await caller.call(operations.jobs.get, { id: job.id })).job
  }
  if (job.state !== 'done') process.exitCode = 1
  else if (options.quiet) return
  show(job, options.json, () =>
    job.state === 'done' ? `${green('✓')} done` : `${red('✗')} ${job.error ?? job.state}`,
  )
}

function isUnderWay({ state }: JobRecord): boolean {
  return state === 'waiting' || state === 'running'
}
