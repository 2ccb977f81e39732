import { execFile, spawn } from 'node:child_process'
import { appendFile, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { promisify } from 'node:util'
import { parseDocument } from 'yaml'
import { TidemillError, type Rerun, type Run } from '#contract'
import { checkout, findRepository, loadPipeline, openRepository, stageEnvironment } from '#pipeline'
import type { Rooms } from '../rooms.ts'
import { rerunTag, withMlflow } from './mlflow-rerun.ts'
import { planRerun, type RerunChoice, type RerunPlan } from './plan-rerun.ts'

export interface RerunOptions extends RerunChoice {
  /** A server of these rooms, for what logs over HTTP. */
  readonly serve?: () => Promise<{ readonly url: string; stop(): Promise<void> }>
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, message: string) => void
}

/**
 * Makes a run again from what it recorded: its commit in a work tree of its own, its data by version and digest, its params, its
 * command. The user's files are not touched.
 */
export async function rerun(rooms: Rooms, id: string, options: RerunOptions = {}): Promise<Rerun> {
  const { signal, onProgress = () => undefined } = options
  onProgress(0, 3, 'looking for what it was made from')
  const plan = await planRerun(rooms, id, options)
  const startedAt = rooms.clock.now()
  await inTree(rooms, plan, async (place) => {
    onProgress(1, 3, plan.command.join(' '))
    if (plan.commit !== undefined) await setParams(place, plan.run)
    const inside = (env: Readonly<Record<string, string>>) =>
      runCommand(rooms, plan, { place, env, ...(signal ? { signal } : {}) })
    if (plan.isMlflow === true) await withMlflow(rooms, plan.run, options.serve, inside)
    else await inside({})
  })
  onProgress(2, 3, 'comparing')
  const made = await runMade(rooms, plan, startedAt)
  onProgress(3, 3, 'compared')
  return comparison(plan.run, made)
}

async function inTree(
  rooms: Rooms,
  plan: RerunPlan,
  work: (place: string) => Promise<void>,
): Promise<void> {
  if (plan.commit === undefined) return work(rooms.workspace)
  const git = (...args: readonly string[]) =>
    promisify(execFile)('git', ['-C', rooms.workspace, ...args])
  const prefix = (await git('rev-parse', '--show-prefix')).stdout.trim()
  const tree = await mkdtemp(join(tmpdir(), 'tidemill-rerun-'))
  try {
    // What people have a checkout do is not for a tree that nobody sees.
    await git(
      '-c',
      'core.hooksPath=/dev/null',
      'worktree',
      'add',
      '--detach',
      '--quiet',
      tree,
      plan.commit,
    )
    const root = join(tree, prefix)
    await bringData(rooms, root)
    await work(plan.folder === '' ? root : await folderIn(tree, plan))
  } finally {
    await git('worktree', 'remove', '--force', tree).catch(() => undefined)
    await rm(tree, { recursive: true, force: true })
    await git('worktree', 'prune').catch(() => undefined)
  }
}

/** The folder that a run names, wherever links in its commit lead. */
async function folderIn(tree: string, { folder, run }: RerunPlan): Promise<string> {
  const [top, place] = await Promise.all([realpath(tree), realpath(join(tree, folder))])
  if (place === top || place.startsWith(top + sep)) return place
  const problem = `The folder ${folder} of the run ${run.id} leads out of its repository.`
  throw new TidemillError('conflict', { problem })
}

/** Files under DVC's words come from the user's cache, by digest. */
async function bringData(rooms: Rooms, place: string): Promise<void> {
  if (findRepository(place) === undefined || findRepository(rooms.workspace) === undefined) return
  const cache = openRepository(rooms.workspace).cache.folder
  await appendFile(join(place, '.dvc', 'config.local'), `[cache]\n    dir = ${cache}\n`)
  const { missing } = await checkout(loadPipeline(place))
  const [first] = missing
  if (first === undefined) return
  const problem = `The data ${missing.slice(0, 3).join(', ')} of that commit is not in the cache; bring it with: tidemill fetch.`
  throw new TidemillError('conflict', { problem })
}

/** Params that were set otherwise than the committed params.yaml says. What is not in that file came from the command itself. */
async function setParams(place: string, run: Run): Promise<void> {
  const file = join(place, 'params.yaml')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const document = parseDocument(text)
  let changed = false
  for (const [key, value] of Object.entries(run.params)) {
    const path = key.split('.')
    const before: unknown = document.getIn(path)
    const isScalar = ['string', 'number', 'boolean'].includes(typeof before)
    if (!isScalar || String(before) === value) continue
    document.setIn(path, typeof before === 'string' ? value : parseDocument(value).contents)
    changed = true
  }
  if (changed) await writeFile(file, document.toString({ lineWidth: 0 }))
}

async function runCommand(
  rooms: Rooms,
  { command: [program = '', ...args], run, datasets }: RerunPlan,
  {
    place,
    env: more,
    signal,
  }: {
    readonly place: string
    readonly env: Readonly<Record<string, string>>
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
  let killer: NodeJS.Timeout | undefined
  const stop = (): void => {
    endGroup(child.pid, 'SIGTERM')
    killer = setTimeout(() => endGroup(child.pid, 'SIGKILL'), graceMs)
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
  clearTimeout(killer)
  signal?.removeEventListener('abort', stop)
  signal?.throwIfAborted()
  if (code === 0) return
  const problem = `${[program, ...args].join(' ')} ended with ${code}: ${said.trim().slice(-1000)}`
  throw new TidemillError('conflict', { problem })
}

/** How long a command that is told to end may take. */
const graceMs = 5000

/** Sends a signal to a command and all that it started; those that have ended already are passed over. */
function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // There is nobody left.
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
