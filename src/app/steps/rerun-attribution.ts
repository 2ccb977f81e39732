import { TidemillError, type Run, type RunDifference } from '#contract'
import { findRepository, sharedMetrics } from '#pipeline'
import { openJournal } from '../attribution/journal.ts'
import type { Rooms } from '../rooms.ts'
import { commitToRun } from './side-of-run.ts'

/**
 * Whether the pipeline can run one result with some of what differs taken from the other, which tells how much each cause changed a
 * metric; and where it has been done. Nothing where there is no pipeline.
 */
export async function rerunAttribution(
  { workspace }: Pick<Rooms, 'workspace'>,
  from: Run,
  to: Run,
): Promise<RunDifference['attribution']> {
  if (findRepository(workspace) === undefined) return undefined
  const sides = { from: `run:${from.id}`, to: `run:${to.id}` }
  const made = (await openJournal(workspace).list()).find(
    (each) => each.from.name === sides.from && each.to.name === sides.to,
  )
  if (made) return { ...sides, made: { id: made.id, time: made.time } }
  const problem = problemOf(workspace, from, to)
  return { ...sides, ...(problem === undefined ? {} : { problem }) }
}

function problemOf(workspace: string, from: Run, to: Run): string | undefined {
  try {
    const [before, after] = [commitToRun(from, true), commitToRun(to, true)]
    const metrics = sharedMetrics(workspace, before.commit, after.commit)
    return metrics.length > 0
      ? undefined
      : 'no metric of a stage is in both commits: what repro writes is committed, then run'
  } catch (error) {
    if (error instanceof TidemillError) return error.message.replace(/\.$/, '')
    throw error
  }
}
