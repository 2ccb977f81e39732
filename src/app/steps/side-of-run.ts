import { isSystemMetric, TidemillError, type Run } from '#contract'
import { revisionWith, type NamedCommit, type SideName } from '#pipeline'
import type { Rooms } from '../rooms.ts'
import { harmOf } from './harmless-param.ts'
import { isCommit, markedRun, trustIn, type Trust } from './rerun-mark.ts'
import { cannotAttribute } from './rerun-refusal.ts'
import { isDirty, patchToRun } from './uncommitted-patch.ts'

const prefix = 'run:'

export interface SideOfRun<Side = SideName> {
  readonly side: Side
  /** What the code of the run may have had beside what is compared. */
  readonly note?: string
}

/**
 * What a name stands for when results are compared: `run:ID` is the code of a tracked run with the run's parameters, anything
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
  return recordedSide(rooms, folder, run, { unmarked, params: run.params })
}

export interface SideChoice {
  readonly unmarked: boolean
  /** What takes the place of the committed parameters. */
  readonly params: Readonly<Record<string, string>>
}

/**
 * The commit of a run with the patch that an admin recorded of it, and what it came to. Where there is none that may run the commit
 * stands for the run, and the note says why. Errors: as of `sideOfRun`.
 */
export async function recordedSide(
  rooms: Pick<Rooms, 'tracking'>,
  folder: string,
  run: Run,
  { unmarked, params }: SideChoice,
): Promise<SideOfRun<NamedCommit>> {
  const { commit, trust } = commitToRun(run, unmarked)
  const kept = await patchToRun(rooms, run, trust)
  const patch = 'problem' in kept ? undefined : kept.patch
  const addition = { params, ...(patch ? { patch } : {}) }
  const found = revisionWith(folder, commit, addition, (key, before, value) => {
    const harm = trust === 'commands' ? undefined : harmOf(key, before, value)
    if (harm !== undefined) throw cannotAttribute(run, harm)
  })
  const { pipelineStage: stage } = run.source
  const own = {
    values: ownMetrics(run),
    first: patch !== undefined || found.set.length > 0,
    ...(stage === undefined ? {} : { stage }),
  }
  const name = `${prefix}${run.id}`
  const side = { name, commit: found.commit, own }
  if (!('problem' in kept)) return { side }
  const set = found.set.length === 0 ? '' : ` with ${found.set.join(', ')} as the run had them`
  const made = isDirty(run) ? ' was made from files that differed from its commit' : ''
  return {
    side,
    note: `${name}${made}: what is compared is ${commit.slice(0, 10)}${set}, as ${kept.problem}.`,
  }
}

function ownMetrics({ metrics }: Run): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(metrics).filter(([key, value]) => !isSystemMetric(key) && isFinite(value)),
  )
}

/** The commit whose pipeline may be run for a run, with what those who recorded it are trusted with. Errors: `conflict`. */
function commitToRun(
  run: Run,
  unmarked: boolean,
): { readonly commit: string; readonly trust: Trust } {
  const code = run.source.code ?? run.source.script?.commit
  if (code === undefined) throw cannotAttribute(run, 'it does not say which commit it ran')
  const [commit = ''] = code.split('+')
  if (!isCommit(commit)) throw cannotAttribute(run, `"${commit.slice(0, 20)}" is no commit`)
  return { commit, trust: trustIn(run, unmarked, cannotAttribute) }
}
