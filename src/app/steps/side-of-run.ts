import { TidemillError, type Run } from '#contract'
import { revisionWith, type SideName } from '#pipeline'
import type { Rooms } from '../rooms.ts'
import { harmOf } from './harmless-param.ts'
import { isCommit, markedRun, trustIn, type Trust } from './rerun-mark.ts'
import { cannotAttribute } from './rerun-refusal.ts'

const prefix = 'run:'

export interface SideOfRun {
  readonly side: SideName
  /** What the code of the run may have had beside its commit. */
  readonly note?: string
}

/**
 * What a name stands for when results are compared: `run:ID` is the commit of a tracked run with the run's parameters, anything
 * else is left to Git. What compares them runs what the run says, so that the rules are those of making a run again; `unmarked` is
 * for who may run any command. Errors: `not_found`; `conflict` for a run that recorded no commit, or of which nothing may be run.
 */
export async function sideOfRun(
  rooms: Pick<Rooms, 'tracking'> | undefined,
  folder: string,
  name: string,
  unmarked: boolean,
): Promise<SideOfRun> {
  if (!name.startsWith(prefix)) return { side: name }
  const id = name.slice(prefix.length)
  if (!rooms) throw new TidemillError('not_found', { kind: 'run', name: id })
  const run = await markedRun(rooms, id)
  const { commit, isDirty, trust } = commitToRun(run, unmarked)
  const found = revisionWith(folder, commit, run.params, (key, before, value) => {
    const harm = trust === 'commands' ? undefined : harmOf(key, before, value)
    if (harm !== undefined) throw cannotAttribute(run, harm)
  })
  const set = found.set.length === 0 ? '' : ` with ${found.set.join(', ')} as the run had them`
  return {
    side: { name, commit: found.commit },
    ...(isDirty
      ? {
          note: `${name} was made from files that differed from its commit: what is compared is ${commit.slice(0, 10)}${set}.`,
        }
      : {}),
  }
}

/** The commit whose pipeline may be run for a run, with what its params are trusted with. Errors: `conflict`. */
export function commitToRun(
  run: Run,
  unmarked: boolean,
): { readonly commit: string; readonly isDirty: boolean; readonly trust: Trust } {
  const code = run.source.code ?? run.source.script?.commit
  if (code === undefined) throw cannotAttribute(run, 'it does not say which commit it ran')
  const [commit = '', dirty] = code.split('+')
  if (!isCommit(commit)) throw cannotAttribute(run, `"${commit.slice(0, 20)}" is no commit`)
  return { commit, isDirty: dirty !== undefined, trust: trustIn(run, unmarked, cannotAttribute) }
}
