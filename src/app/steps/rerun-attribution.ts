import { TidemillError, type RunDifference } from '#contract'
import { findRepository, sharedMetrics } from '#pipeline'
import { openJournal } from '../attribution/journal.ts'
import type { Rooms } from '../rooms.ts'

type Compared = Pick<RunDifference, 'from' | 'to' | 'code' | 'causes'>

/**
 * Whether the pipeline can run one result with some of what differs taken from the other, which tells how much each cause changed a
 * metric; and where it has been done. Nothing where there is no pipeline, or nothing differs.
 */
export async function rerunAttribution(
  { workspace }: Pick<Rooms, 'workspace'>,
  { from, to, code, causes }: Compared,
): Promise<RunDifference['attribution']> {
  if (causes.length === 0 || findRepository(workspace) === undefined) return undefined
  const sides = { from: `run:${from.id}`, to: `run:${to.id}` }
  const made = (await openJournal(workspace).list()).find(
    (each) => each.from.name === sides.from && each.to.name === sides.to,
  )
  if (made) return { ...sides, made: { id: made.id, time: made.time } }
  const problem = problemOf(workspace, code)
  return { ...sides, ...(problem === undefined ? {} : { problem }) }
}

function problemOf(workspace: string, { from, to }: RunDifference['code']): string | undefined {
  if (from === undefined || to === undefined) return 'a run does not say which commit it ran'
  const [before = from, after = to] = [from, to].map((commit) => commit.split('+')[0])
  try {
    const metrics = sharedMetrics(workspace, before, after)
    return metrics.length > 0
      ? undefined
      : 'no metric of a stage is in both commits: what repro writes is committed, then run'
  } catch (error) {
    if (error instanceof TidemillError) return error.message
    throw error
  }
}
