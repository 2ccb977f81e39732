import type { Caller } from '#contract'
import {
  findRoot,
  queueStanding,
  stageEnvironment,
  workQueue,
  type QueuedExperiment,
} from '#pipeline'
import type { Rooms } from '../rooms.ts'
import { recordExperiment } from './record-experiment.ts'
import { homePlace, recordExperiments } from './record-experiments.ts'
import { recordStageResources, runNotes } from './record-stage-resources.ts'

export interface WorkRequest {
  /** Experiments at a time. */
  readonly jobs: number
  readonly signal: AbortSignal
  /** Whether what runs when `signal` is aborted waits again. */
  readonly givesBack: () => boolean
  readonly onChange: (experiment: QueuedExperiment, ended: number, of: number) => void
}

/**
 * Works off the queue of the workspace, as `tidemill queue start` does in a terminal; each experiment is a run, made by
 * the caller. Errors:
 * `pipeline_locked` while another worker is at it.
 */
export async function workExperiments(
  rooms: Rooms,
  caller: Caller,
  { jobs, signal, givesBack, onChange }: WorkRequest,
): Promise<Readonly<Record<'done' | 'failed' | 'killed', number>>> {
  const root = findRoot(rooms.workspace)
  const ended = { done: 0, failed: 0, killed: 0 }
  const place = homePlace(rooms.home, rooms.project)
  await workQueue(root, {
    jobs,
    signal,
    givesBack,
    env: stageEnvironment(rooms),
    // What is told beside: the experiment itself is kept whether that works or not.
    onResult: async (experiment) => {
      await recordExperiment(caller, root, experiment).catch(warn)
    },
    onAttempts: (logs) => recordStageResources(runNotes(caller), logs).catch(warn),
    onChange(experiment) {
      const { state } = experiment
      if (state === 'done' || state === 'failed' || state === 'killed') ended[state] += 1
      const all = ended.done + ended.failed + ended.killed
      const { waiting, running } = queueStanding(root)
      onChange(experiment, all, all + waiting + running)
    },
  })
  await recordExperiments(caller, root, { place }).catch(warn)
  return ended
}

const warn = (error: Error): void => process.emitWarning(error)
