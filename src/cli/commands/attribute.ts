import { cwd } from 'node:process'
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { NamedAttribution } from '#app'
import { operations, TidemillError } from '#contract'
import type { ParamsDetail } from '#pipeline'
import { attributionLines, planText } from '../attribution-lines.ts'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf, projectOf, withCaller } from '../connect.ts'
import { interrupted } from '../interrupted.ts'
import { show } from '../output.ts'
import { gather, rootHere } from '../pipeline-command.ts'
import { wholeNumber } from '../transfer-options.ts'
import { openProgress } from '../progress.ts'

interface AttributeFlags extends BaseOptions {
  readonly metrics?: readonly string[]
  readonly params: ParamsDetail
  readonly together?: readonly string[]
  readonly runs: number
  readonly time?: number
  readonly repeats: number
  readonly jobs: number
  readonly seed: number
  readonly dry?: boolean
}

export function command(): Command {
  return baseCommand('attribute')
    .argument('<from>', 'a commit, branch, tag, experiment, run:ID or workspace')
    .argument('[to]', 'the same; the work tree unless said', 'workspace')
    .option('-m, --metrics <name>', 'a metric, file or file:metric alone (may be repeated)', gather)
    .addOption(
      new Option('--params <detail>', 'each parameter, groups by first key, or files')
        .choices(['key', 'group', 'file'])
        .default('key'),
    )
    .option('--together <causes>', 'swap these, comma between, as one (may be repeated)', gather)
    .option(
      '--runs <n>',
      'so many counterfactuals at most; sampled when all are more',
      wholeNumber,
      64,
    )
    .option('--time <time>', 'begin no further one after, for example 90s, 20m, 2h', seconds)
    .option('--repeats <n>', 'run each so often, to tell shares from noise', wholeNumber, 1)
    .option('-j, --jobs <n>', 'counterfactuals at a time', wholeNumber, 1)
    .option('--seed <n>', 'of the sampling', Number, 1)
    .option('-n, --dry', 'only say what would run, and how long it may take')
    .action(async (from: string, to: string, flags: AttributeFlags) => {
      if (flags.url !== undefined) {
        await onServer(requestOf(from, to, flags), flags)
        return
      }
      rootHere()
      const { attributeNamed, planNamed, withProject } = await import('#app')
      const request = { ...requestOf(from, to, flags), unmarked: true }
      await withProject(homeOf(flags), projectOf(flags), async (rooms, env) => {
        if (flags.dry) {
          const plan = await planNamed(rooms, cwd(), request)
          show(plan, flags.json, planText)
          return
        }
        const progress = openProgress()
        try {
          const found = await attributeNamed(rooms, cwd(), request, {
            ...(env === undefined ? {} : { env }),
            signal: interrupted(),
            onProgress: (done, total, message) =>
              progress.update(done, total, `${done} of ${total}: ${message}`),
          })
          progress.end()
          show(found, flags.json, attributionLines)
        } catch (error) {
          progress.end()
          throw error
        }
      })
    })
}

/** The same on a server, for its own work tree. */
async function onServer(request: NamedAttribution, flags: AttributeFlags): Promise<void> {
  const { notes: _, metrics, together, ...rest } = request
  const input = {
    ...rest,
    ...(metrics === undefined ? {} : { metrics: [...metrics] }),
    together: (together ?? []).map((ids) => [...ids]),
  }
  await withCaller(flags, async (caller) => {
    if (flags.dry) {
      show(await caller.call(operations.pipelines.attributionPlan, input), flags.json, planText)
      return
    }
    const progress = openProgress()
    let { job } = await caller.call(operations.pipelines.attribute, input)
    while (job.state === 'waiting' || job.state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, 300))
      job = (await caller.call(operations.jobs.get, { id: job.id })).job
      const { done, total, message } = job.progress
      progress.update(done, total, `${done} of ${total}: ${message}`)
    }
    progress.end()
    const { attribution: id } = (job.result ?? {}) as { readonly attribution?: string }
    if (job.state !== 'done' || id === undefined)
      throw new TidemillError('conflict', {
        problem: job.error ?? `The job ended as ${job.state}.`,
      })
    const { attribution } = await caller.call(operations.pipelines.attribution, { id })
    show(attribution, flags.json, attributionLines)
  })
}

function requestOf(from: string, to: string, flags: AttributeFlags): NamedAttribution {
  const { metrics, params, together = [], runs, time, repeats, jobs, seed } = flags
  return {
    from,
    to,
    params,
    runs,
    repeats,
    jobs,
    seed,
    together: together.map((list) => list.split(',').map((each) => each.trim())),
    ...(metrics === undefined ? {} : { metrics }),
    ...(time === undefined ? {} : { seconds: time }),
  }
}

function seconds(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text)
  if (!found) throw new InvalidArgumentError('A time is a number with s, m or h behind it.')
  const unit = { s: 1, m: 60, h: 3600 }[found[2] ?? 's'] ?? 1
  return Number(found[1]) * unit
}
