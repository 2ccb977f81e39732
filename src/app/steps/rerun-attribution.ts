import { TidemillError, type Run, type RunDifference } from '#contract'
import { findRepository, sharedMetrics } from '#pipeline'
import { openJournal } from '../attribution/journal.ts'
import type { Rooms } from '../rooms.ts'
import { recordedSide } from './side-of-run.ts'

/**
 * Whether the pipeline can run one result with some of what differs taken from the other, which tells how much each cause changed a
 * metric; and where it has been done. Nothing where there is no pipeline.
 */
export async function rerunAttribution(
  { workspace, tracking }: Pick<Rooms, 'workspace' | 'tracking'>,
  from: Run,
  to: Run,
): Promise<RunDifference['attribution']> {
  if (findRepository(workspace) === undefined) return undefined
  const sides = { from: `run:${from.id}`, to: `run:${to.id}` }
  const made = (await openJournal(workspace).list()).find(
    (each) => each.from.name === sides.from && each.to.name === sides.to,
  )
  if (made) return { ...sides, made: { id: made.id, time: made.time } }
  const problem = await problemOf({ workspace, tracking }, from, to)
  return { ...sides, ...(problem === undefined ? {} : { problem }) }
}

async function problemOf(
  rooms: Pick<Rooms, 'workspace' | 'tracking'>,
  from: Run,
  to: Run,
): Promise<string | undefined> {
  const { workspace } = rooms
  const choice = { unmarked: true, params: {} }
  try {
    const before = await recordedSide(rooms, workspace, from, choice)
    const after = await recordedSide(rooms, workspace, to, choice)
    const metrics = sharedMetrics(workspace, before.side, after.side)
    return metrics.length > 0
      ? undefined
      : 'no metric that a stage makes is in both commits, and the runs logged none under its name'
  } catch (error) {
    if (error instanceof TidemillError) return error.message.replace(/\.$/, '')
    throw error
  }
}
