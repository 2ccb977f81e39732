import { commitOf, TidemillError } from '#contract'
import { revisionWith, type SideName } from '#pipeline'
import type { Rooms } from '../rooms.ts'

const prefix = 'run:'

export interface SideOfRun {
  readonly side: SideName
  /** What the code of the run may have had beside its commit. */
  readonly note?: string
}

/**
 * What a name stands for when results are compared: `run:ID` is the commit of a tracked run with the run's parameters, anything
 * else is left to Git. Errors: `not_found`; `conflict` for a run that recorded no commit.
 */
export async function sideOfRun(
  rooms: Pick<Rooms, 'tracking'> | undefined,
  folder: string,
  name: string,
): Promise<SideOfRun> {
  if (!name.startsWith(prefix)) return { side: name }
  const id = name.slice(prefix.length)
  if (!rooms) throw new TidemillError('not_found', { kind: 'run', name: id })
  const run = await rooms.tracking.run(id)
  const code = commitOf(run)
  if (code === undefined)
    throw new TidemillError('conflict', {
      problem: `The run ${id} did not record the commit it was made from.`,
    })
  const [commit = code, dirty] = code.split('+')
  const found = revisionWith(folder, commit, run.params)
  const set = found.set.length === 0 ? '' : ` with ${found.set.join(', ')} as the run had them`
  return {
    side: { name, commit: found.commit },
    ...(dirty === undefined
      ? {}
      : {
          note: `${name} was made from files that differed from its commit: what is compared is ${commit.slice(0, 10)}${set}.`,
        }),
  }
}
