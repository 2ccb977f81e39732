import { existsSync } from 'node:fs'
import { stageEnvironment, workQueue, type Experiment, type QueuedExperiment } from '#pipeline'
import type { RecordedExperiment } from '#app/record'
import { homeOf, projectOf, urlOf, withCaller } from './connect.ts'
import { interrupted } from './interrupted.ts'
import { dim, green, red, yellow } from './output.ts'
import { counted } from './pipeline-command.ts'
import { noteResources } from './stage-resources.ts'

/** Works off the queue in this process; every experiment becomes a run in tracking. Returns what ended. */
export async function workHere(
  root: string,
  jobs: number,
  say: (line: string) => void,
  /** Whether what it is at when it is told to end waits again, or counts as killed. */
  givesBack = false,
): Promise<readonly QueuedExperiment[]> {
  const ended: QueuedExperiment[] = []
  await workQueue(root, {
    jobs,
    env: stageEnvironment({ home: homeOf({}), project: projectOf({}) }),
    signal: interrupted(),
    givesBack: () => givesBack,
    onAttempts: (logs) => noteResources(logs, {}),
    onResult: (experiment) => keepAsRun(root, experiment),
    onChange(experiment) {
      const { name, state, set, rev, error } = experiment
      if (state === 'running') say(`${name} ${set.join(' ')}`)
      if (state === 'queued' || state === 'running') return
      ended.push(experiment)
      say(
        state === 'done'
          ? `${green('✓')} ${name} ${rev?.slice(0, 7) ?? ''}`
          : `${red('✗')} ${name}: ${error ?? state}`,
      )
    },
  })
  if (ended.length > 0 && !runsAreKept()) say(noRunsLine())
  return ended
}

/** Whether there is a server or a home that keeps runs. */
export function runsAreKept(): boolean {
  return urlOf({}) !== undefined || existsSync(homeOf({}))
}

export function noRunsLine(): string {
  return dim(
    `Kept in Git alone, not as a run: there is no home ${homeOf({})}. tidemill server makes it; TIDEMILL_HOME or TIDEMILL_URL names another.`,
  )
}

/**
 * Keeps an experiment as a run in tracking, on the server or in the home, where there is one; the experiment itself is kept whether
 * that works or not. The database is opened for that moment alone: a server may be at work on the same home.
 */
export async function keepAsRun(root: string, experiment: Experiment): Promise<void> {
  await keeping(experiment.name, async () => {
    const { recordExperiment } = await import('#app/record')
    await withCaller({}, (caller) => recordExperiment(caller, root, experiment))
  })
  await keepOthersAsRuns(root)
}

/** Keeps as runs what came otherwise: by `exp pull`, from real DVC, or while there was no home and no server. */
export async function keepOthersAsRuns(root: string): Promise<void> {
  await keeping('What other experiments there are', async () => {
    const made = await recordMissing(root, {})
    const runs = made.filter(({ run }) => run !== undefined)
    if (runs.length > 0)
      process.stderr.write(
        dim(`${counted(runs.length, 'experiment')} that had no run became runs\n`),
      )
  })
}

async function keeping(what: string, work: () => Promise<void>): Promise<void> {
  if (!runsAreKept()) return
  try {
    await work()
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${yellow('!')} ${what} is not among the runs: ${problem}\n`)
  }
}

/** Makes runs of experiments that have none; of `all`, also where one was made before and is gone. */
export async function recordMissing(
  root: string,
  { dry = false, all = false }: { readonly dry?: boolean; readonly all?: boolean },
): Promise<readonly RecordedExperiment[]> {
  const { homePlace, recordExperiments } = await import('#app/record')
  const [url, project] = [urlOf({}), projectOf({})]
  const place = url === undefined ? homePlace(homeOf({}), project) : JSON.stringify([url, project])
  return withCaller({}, (caller) =>
    recordExperiments(caller, root, { dry, ...(all ? {} : { place }) }),
  )
}
