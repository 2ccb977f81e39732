import { joinArguments } from './argument-text.ts'
import type { Run, RunSource } from './shapes/run.ts'
import type { RunRow } from './shapes/run-table.ts'

type Recorded = Pick<Run, 'source' | 'tags'>

/** The commit a run was made at: our own record of it, else what MLflow's client said as it made the run, else its tag. */
export function commitOf({ source, tags }: Recorded): string | undefined {
  return source.code ?? source.script?.commit ?? tags['mlflow.source.git.commit']
}

/** The line that runs the script of a run that MLflow's client made, where there is one. */
export function scriptLine({ script }: Pick<RunSource, 'script'>): string | undefined {
  if (script?.type !== 'LOCAL') return undefined
  return joinArguments(['python3', script.name, ...(script.arguments ?? [])])
}

/** The file of a run that holds what its code had beside the commit, as a patch for `git apply`. */
export const uncommittedPath = 'code/uncommitted.patch'

/** The program or stage that made a run, by the same order. */
export function programOf({ source, tags }: Recorded): string | undefined {
  return source.entry ?? source.script?.name ?? tags['mlflow.source.name']
}

/** What a run read, in words: the version of ours that it names as its source, and each data set that MLflow's client logged. */
export function dataOf(
  { dataset, datasetVersion }: Pick<RunSource, 'dataset' | 'datasetVersion'>,
  inputs: RunRow['inputs'] = [],
): readonly string[] {
  const own = datasetVersion === undefined ? dataset : `${dataset} version ${datasetVersion}`
  return [
    ...(own === undefined ? [] : [own]),
    ...inputs.map(({ name, digest }) => `${name} ${digest}`),
  ]
}
