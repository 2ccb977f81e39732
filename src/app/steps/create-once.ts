import { hash } from 'node:crypto'
import { TidemillError, type Run } from '#contract'
import type { NewRun, Tracking } from '#tracking'

/**
 * Makes a run of something that has one run at most in an experiment. Its identifier is made of both, and the database takes no second
 * row of one identifier: of two who make it at once, in whichever processes, one finds the other's. Whoever may write to another
 * experiment alone cannot have been first.
 */
export async function createOnce(tracking: Tracking, run: NewRun, of: string): Promise<Run> {
  const id = hash('sha256', JSON.stringify([run.experiment, of]), 'hex').slice(0, 32)
  try {
    return await tracking.create({ ...run, id })
  } catch (error) {
    const isThere =
      error instanceof TidemillError && error.code === 'already_exists' && error.details.name === id
    if (!isThere) throw error
    return tracking.run(id)
  }
}
