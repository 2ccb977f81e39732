import type { Run } from '#contract'
import { found } from '../found.ts'
import type { Rooms } from '../rooms.ts'
import { mlflowEntry } from './mlflow-entry.ts'
import type { RerunChoice, RerunPlan } from './rerun-plan.ts'
import { markedRun, trustIn } from './rerun-mark.ts'
import { cannotRerun } from './rerun-refusal.ts'
import { recordedArguments, requireHarmless } from './script-arguments.ts'

/**
 * How a run of an MLflow client's script is made again; none of a run that something else made. One that was made again itself goes by
 * what the first was made from, as its script may have written anything into it, and by its own arguments, which the server kept.
 */
export async function planScript(
  rooms: Rooms,
  run: Run,
  { unmarked = false, arguments: given }: RerunChoice,
): Promise<RerunPlan | undefined> {
  const { again, script } = run.source
  const origin = again === undefined ? run : await found(markedRun(rooms, again))
  if (!origin) throw cannotRerun(run, `the run ${again}, which it makes again, is gone`)
  const entry = await mlflowEntry(rooms.workspace, origin)
  if (!entry) return undefined
  const trust = trustIn(origin, unmarked)
  const words = given ?? (again === undefined ? recordedArguments(run) : (script?.arguments ?? []))
  const isTrusted = given ? unmarked : again !== undefined || trust === 'commands'
  if (!isTrusted) requireHarmless(run, words)
  return {
    ...entry,
    ...{ run, origin, trust, datasets: {}, scriptArguments: words },
    command: [...entry.command, ...words],
  }
}
