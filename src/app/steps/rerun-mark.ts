import type { Run } from '#contract'
import type { RerunTrust } from '#tracking'
import type { Rooms } from '../rooms.ts'
import { rerunTag } from './mlflow-rerun.ts'
import { cannotRerun, type Refusal } from './rerun-refusal.ts'

/** What those who recorded a run are trusted with. */
export type Trust = Exclude<RerunTrust, 'none'>

/**
 * A run with the mark that is true of its params: what may be run is brought down before a param is written, so that a source that is
 * read after the params goes with them.
 */
export async function markedRun({ tracking }: Pick<Rooms, 'tracking'>, id: string): Promise<Run> {
  const read = await tracking.run(id)
  return { ...read, source: (await tracking.run(id)).source }
}

/** What of a run may be run here; `unmarked` takes one from before there were marks. */
export function trustIn(run: Run, unmarked: boolean, refuse: Refusal = cannotRerun): Trust {
  const { rerun } = run.source
  if (rerun === 'stages' || rerun === 'commands') return rerun
  if (rerun === undefined) {
    if (unmarked) return 'stages'
    const before = 'it was recorded before the server kept who may run what it says'
    throw refuse(run, `${before}; an admin can have its stage or its training run`)
  }
  const of = run.tags[rerunTag]
  const instead = of === undefined ? '' : ` (it makes ${of} again: take that one)`
  const needed = 'its source or a param was recorded by somebody who may not run the pipeline'
  throw refuse(run, `${needed}, and is kept as information only${instead}`)
}

/** Whether a text is one, and neither a branch nor an option to Git. */
export function isCommit(text: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(text)
}
