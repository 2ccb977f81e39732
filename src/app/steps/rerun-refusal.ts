import { TidemillError, type Run } from '#contract'

/** Why a run cannot be made again. */
export function cannotRerun(run: Run, problem: string): TidemillError {
  return new TidemillError('conflict', {
    problem: `The run ${run.name} (${run.id}) cannot be made again: ${problem}.`,
  })
}
