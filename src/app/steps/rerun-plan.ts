import type { Run } from '#contract'
import type { Trust } from './rerun-mark.ts'

/** How a run is made again. */
export interface RerunPlan {
  readonly run: Run
  /** The command and its arguments. */
  readonly command: readonly string[]
  /** The commit whose files it needs; it needs none when the command is one of Tidemill's own. */
  readonly commit?: string
  /** What its code had beside the commit, for `git apply`. */
  readonly patch?: Uint8Array
  /** Below the root of the repository. */
  readonly folder: string
  /** Versions by dataset. */
  readonly datasets: Readonly<Record<string, number>>
  /** The arguments of a script, which logs with MLflow's client; nothing else has any. */
  readonly scriptArguments?: readonly string[]
  /** The run whose commit and params are taken, where that is not `run` itself. */
  readonly origin?: Run
  /** What those who recorded it are trusted with. */
  readonly trust: Trust
}

export interface RerunChoice {
  /** Takes the commit as it is, though files differed from it. */
  readonly ignoreUncommitted?: boolean
  /** Takes a run from before the server kept what may be run of it: whoever asks may run any command. */
  readonly unmarked?: boolean
  /** What a script is given instead of the arguments on record. */
  readonly arguments?: readonly string[]
}
