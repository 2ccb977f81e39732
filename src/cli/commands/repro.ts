import { cwd } from 'node:process'
import type { Command } from 'commander'
import { operations, type JobRecord } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf, projectOf, withCaller } from '../connect.ts'
import { planLines } from '../plan-lines.ts'
import { bold, dim, green, red, show } from '../output.ts'

interface ReproFlags extends BaseOptions {
  readonly force?: boolean
  readonly dry?: boolean
  readonly jobs: number
}

export function command(): Command {
  return baseCommand('repro')
    .argument('[targets...]', 'stages; all unless said')
    .option('-f, --force', 'run them whatever changed')
    .option('-n, --dry', 'only say what would run, and why')
    .option('-j, --jobs <n>', 'stages at a time', Number, 2)
    .action(async (targets: readonly string[], options: ReproFlags) => {
      if (options.url !== undefined) await onServer(targets, options)
      else await here(targets, options)
    })
}

async function here(targets: readonly string[], options: ReproFlags): Promise<void> {
  const { workspacePlan, workspaceRepro } = await import('#app')
  if (options.dry) {
    const stages = await workspacePlan(cwd(), targets)
    show({ stages }, options.json, () => planLines(stages))
    return
  }
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const result = await workspaceRepro(homeOf(options), projectOf(options), {
    workspace: cwd(),
    targets,
    force: options.force ?? false,
    jobs: options.jobs,
    signal: interrupted.signal,
    onEvent(event) {
      if (options.json) return
      if (event.type === 'started')
        process.stderr.write(`${bold(event.stage)} ${dim(event.command)}\n`)
      if (event.type === 'output') process.stderr.write(dim(event.text.replace(/^(?=.)/gm, '  ')))
      if (event.type === 'failed')
        process.stderr.write(`${red('✗')} ${event.stage}: ${event.message}\n`)
    },
  })
  show(result, options.json, ({ stages, changed }) => {
    if (!changed) return 'Everything is up to date.'
    const ran = stages.filter((stage) => stage.outcome === 'ran').length
    const restored = stages.filter((stage) => stage.outcome === 'restored').length
    return `${green('✓')} ${ran} stages ran, ${restored} came from the cache, ${stages.length - ran - restored} were up to date`
  })
}

async function onServer(targets: readonly string[], options: ReproFlags): Promise<void> {
  await withCaller(options, async (caller) => {
    let { job } = await caller.call(operations.pipelines.repro, {
      force: options.force ?? false,
      ...(targets.length === 0 ? {} : { targets: [...targets] }),
    })
    while (isUnderWay(job)) {
      await new Promise((resolve) => setTimeout(resolve, 300))
      job = (await caller.call(operations.jobs.get, { id: job.id })).job
    }
    show(job, options.json, () =>
      job.state === 'done' ? `${green('✓')} done` : `${red('✗')} ${job.error ?? job.state}`,
    )
    if (job.state !== 'done') process.exitCode = 1
  })
}

function isUnderWay({ state }: JobRecord): boolean {
  return state === 'waiting' || state === 'running'
}
