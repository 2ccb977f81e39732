import { existsSync } from 'node:fs'
import { stageEnvironment, workQueue, type Experiment, type QueuedExperiment } from '#pipeline'
import { homeOf, projectOf } from './connect.ts'
import { interrupted } from './interrupted.ts'
import { green, red, yellow } from './output.ts'

/** Works off the queue in this process; every experiment becomes a run in tracking. Returns what ended. */
export async function workHere(
  root: string,
  jobs: number,
  say: (line: string) => void,
): Promise<readonly QueuedExperiment[]> {
  const ended: QueuedExperiment[] = []
  await workQueue(root, {
    jobs,
    env: stageEnvironment({ home: homeOf({}), project: projectOf({}) }),
    signal: interrupted(),
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
  return ended
}

/**
 * Keeps an experiment as a run in tracking, where there is a home; the experiment itself is kept whether that works or not. The
 * database is opened for that moment alone: a server may be at work on the same home.
 */
export async function keepAsRun(root: string, experiment: Experiment): Promise<void> {
  if (!existsSync(homeOf({}))) return
  try {
    const { recordExperiments } = await import('#app')
    await recordExperiments(homeOf({}), projectOf({}), root, [experiment])
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${yellow('!')} ${experiment.name} is not among the runs: ${problem}\n`)
  }
}
