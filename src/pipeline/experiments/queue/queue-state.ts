import { isLiving } from '../../run/living.ts'
import { openQueue, type QueuedExperiment, type QueueState } from './queue-store.ts'

export interface QueueStanding {
  /** Whether a worker is at work. */
  readonly worked: boolean
  /** Whether it was asked to take nothing more. */
  readonly stopping: boolean
  readonly waiting: number
  readonly running: number
}

/** How the queue stands, by its files alone: a look at the worker's lock might be in the way of one that begins. */
export function queueStanding(root: string): QueueStanding {
  const queue = openQueue(root)
  const states = queue.list().map(presentState)
  const running = states.filter((state) => state === 'running').length
  return {
    worked: running > 0,
    stopping: running > 0 && queue.stopAsked(),
    waiting: states.filter((state) => state === 'queued').length,
    running,
  }
}

/** What a dead worker had waits: the next one takes it again. */
export function presentState({ state, worker }: QueuedExperiment): QueueState {
  return state === 'running' && !(worker && isLiving(worker)) ? 'queued' : state
}
