import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { joinArguments, TidemillError, type Rerun, type Run } from '#contract'
import { stageEnvironment } from '#pipeline'
import type { Rooms } from '../rooms.ts'
import { rerunTag, withMlflow, type ServeScript } from './mlflow-rerun.ts'
import { planRerun } from './plan-rerun.ts'
import type { RerunChoice, RerunPlan } from './rerun-plan.ts'
import { setParams } from './rerun-params.ts'
import { inTree } from './rerun-tree.ts'

export interface RerunOptions extends RerunChoice {
  /** A server of these rooms, for what logs over HTTP. */
  readonly serve?: ServeScript
  readonly signal?: AbortSignal
  /** How long what is told to end may take; 10 s unless said, as a stage that is run has 5 s of its own to end. */
  readonly graceMs?: number
  readonly onProgress?: (done: number, total: number, message: string) => void
}

/**
 * Makes a run again from what it recorded: its commit in a work tree of its own, its data by version and digest, its params, its
 * command. The user's files are not touched.
 */
export async function rerun(rooms: Rooms, id: string, options: RerunOptions = {}): Promise<Rerun> {
  const { signal, graceMs = 10_000, onProgress = () => undefined } = options
  onProgress(0, 3, 'looking for what it was made from')
  const plan = await planRerun(rooms, id, options)
  const startedAt = rooms.clock.now()
  await inTree(rooms, plan, async (place) => {
    onProgress(1, 3, joinArguments(plan.command))
    if (plan.commit !== undefined) await setParams(place, plan)
    const inside = (env: Readonly<Record<string, string>>) =>
      runCommand(rooms, plan, { place, env, graceMs, ...(signal ? { signal } : {}) })
    const { scriptArguments: words } = plan
    if (words) await withMlflow(rooms, { of: plan.run, words }, options.serve, inside)
    else await inside({})
  })
  onProgress(2, 3, 'comparing')
  const made = await runMade(rooms, plan, startedAt)
  onProgress(3, 3, 'compared')
  return comparison(plan.run, made)
}

async function runCommand(
  rooms: Rooms,
  { command: [program = '', ...args], run, datasets }: RerunPlan,
  {
    place,
    env: more,
    graceMs,
    signal,
  }: {
    readonly place: string
    readonly env: Readonly<Record<string, string>>
    readonly graceMs: number
    readonly signal?: AbortSignal
  },
): Promise<void> {
  signal?.throwIfAborted()
  const env = {
    ...stageEnvironment(rooms),
    ...more,
    TIDEMILL_RERUN_OF: run.id,
    TIDEMILL_DATASETS: JSON.stringify(datasets),
  }
  const child = spawn(program, args, {
    cwd: place,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let ending: Promise<void> | undefined
  const stop = (): void => {
    ending = endGroup(child.pid, graceMs)
  }
  signal?.addEventListener('abort', stop, { once: true })
  let said = ''
  const keep = (chunk: Buffer): void => void (said = (said + chunk.toString()).slice(-4000))
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    // 'exit' and not 'close': what the command leaves running in the background may hold its output for ever.
    child.once('exit', (exit, ended) => resolve(exit ?? ended ?? 'no exit code'))
  })
  signal?.removeEventListener('abort', stop)
  // What the command started may outlive it, and works in a folder that is about to go.
  await ending
  signal?.throwIfAborted()
  if (code === 0) return
  const problem = `${joinArguments([program, ...args])} ended with ${code}: ${said.trim().slice(-1000)}`
  throw new TidemillError('conflict', { problem })
}

/** Ends a command and all that it started: asks, waits, and kills what is there still. */
async function endGroup(pid: number | undefined, graceMs: number): Promise<void> {
  if (pid === undefined) return
  signalGroup(pid, 'SIGTERM')
  const until = performance.now() + graceMs
  while (signalGroup(pid, 0) && performance.now() < until) await delay(20)
  signalGroup(pid, 'SIGKILL')
}

/** False when there is nobody left in the group. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}

/** The run that the command recorded; of several the one that goes by the same params, or else the first. */
async function runMade(rooms: Rooms, { run }: RerunPlan, since: number): Promise<Run> {
  const { items } = await rooms.tracking.search({
    filter: `tags.\`${rerunTag}\` = '${run.id}' and attributes.start_time >= ${since}`,
    order: ['start_time asc'],
    limit: 50,
  })
  const same = items.find(({ params }) =>
    Object.entries(run.params).every(([key, value]) => params[key] === value),
  )
  const found = same ?? items[0]
  if (found) return found
  const problem = 'Its command ran to its end, but recorded no run.'
  throw new TidemillError('conflict', { problem })
}

function comparison(before: Run, after: Run): Rerun {
  const keys = <T>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>) =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted()
  return {
    run: after.id,
    of: before.id,
    metrics: keys(before.metrics, after.metrics).map((key) => {
      const [old, now] = [before.metrics[key], after.metrics[key]]
      return {
        key,
        ...(old === undefined ? {} : { before: old }),
        ...(now === undefined ? {} : { after: now }),
      }
    }),
    params: keys(before.params, after.params).flatMap((key) => {
      const [old, now] = [before.params[key], after.params[key]]
      if (old === now) return []
      return [
        {
          key,
          ...(old === undefined ? {} : { before: old }),
          ...(now === undefined ? {} : { after: now }),
        },
      ]
    }),
  }
}
