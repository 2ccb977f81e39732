import { TidemillError, type Run } from '#contract'

/** Says of a run that nothing can be run as it was, and why. */
export type Refusal = (run: Run, problem: string) => TidemillError

/** Why a run cannot be made again. */
export function cannotRerun(run: Run, problem: string): TidemillError {
  return new TidemillError('conflict', {
    problem: `The run ${run.name} (${run.id}) cannot be made again: ${problem}.`,
  })
}

/** Why the pipeline is not run with what a run recorded. */
export function cannotAttribute(run: Run, problem: string): TidemillError {
  return new TidemillError('conflict', {
    problem: `The run ${run.name} (${run.id}) cannot be a side of an attribution: ${problem}; name a commit, branch or experiment instead.`,
  })
}
