import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { operations, TidemillError, type Caller, type InputOf, type Rerun } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf, projectOf, withCaller } from '../connect.ts'
import { green, show, textTable } from '../output.ts'
import { openProgress, type Progress } from '../progress.ts'

interface RerunOptions extends BaseOptions {
  readonly ignoreUncommitted?: boolean
}

/** `runs rerun`. */
export function rerunCommand(): Command {
  return baseCommand('rerun', 'make a run again from its commit, params and data, and compare')
    .argument('<run>')
    .argument('[arguments...]', 'after --: what its script is given instead of what is on record')
    .option('--ignore-uncommitted', 'take the commit as it is, though files differed from it')
    .action(async (run: string, words: readonly string[], options: RerunOptions) => {
      const progress = openProgress()
      const choice = {
        ignoreUncommitted: options.ignoreUncommitted ?? false,
        ...(words.length === 0 ? {} : { arguments: [...words] }),
      }
      const isServed =
        options.url ?? (options.home === undefined ? process.env.TIDEMILL_URL : undefined)
      const result = isServed
        ? await withCaller(options, (caller) => served(caller, { run, ...choice }, progress))
        : await here(options, { run, ...choice }, progress)
      progress.end()
      show(result, options.json, lines)
    })
}

type Asked = InputOf<typeof operations.runs.rerun>

async function here(
  options: RerunOptions,
  { run, ...choice }: Asked,
  progress: Progress,
): Promise<Rerun> {
  const { openApp, localIdentity, rerun, serveScript } = await import('#app')
  const app = await openApp({ home: homeOf(options) })
  try {
    return await rerun(await app.project(projectOf(options)), run, {
      ...choice,
      unmarked: true,
      serve: (project) =>
        serveScript({ home: homeOf(options), who: localIdentity().name, project }),
      onProgress: (done, total, message) => progress.update(done, total, message),
    })
  } finally {
    await app.close()
  }
}

async function served(caller: Caller, asked: Asked, progress: Progress): Promise<Rerun> {
  let { job } = await caller.call(operations.runs.rerun, asked)
  while (job.state === 'waiting' || job.state === 'running') {
    const { done, total, message } = job.progress
    progress.update(done, total, message)
    await delay(300)
    job = (await caller.call(operations.jobs.get, { id: job.id })).job
  }
  if (job.state === 'done') return job.result as Rerun
  throw new TidemillError('conflict', { problem: job.error ?? `The job is ${job.state}.` })
}

function lines({ run, of, metrics, params }: Rerun): string {
  return [
    `${green('✓')} ${run} makes ${of} again`,
    textTable(
      ['metric', 'before', 'after', 'difference'],
      metrics.map(({ key, before, after }) => [
        key,
        before,
        after,
        before === undefined || after === undefined ? undefined : after - before,
      ]),
    ),
    ...(params.length > 0
      ? [
          '',
          textTable(
            ['param', 'before', 'after'],
            params.map(({ key, before, after }) => [key, before, after]),
          ),
        ]
      : []),
  ].join('\n')
}
