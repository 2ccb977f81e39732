import type { RunDataset } from '#contract'
import type { RunInputs } from '#tracking'
import type { Rooms } from '../rooms.ts'

/** The data sets that a run says it read. */
export async function datasetsOfRun(
  { tracking }: Rooms,
  run: string,
): Promise<readonly RunDataset[]> {
  const inputs = await tracking.inputsOf([run])
  return (inputs.get(run)?.datasets ?? []).map(datasetRecord)
}

/** What it was read for stands in a tag. */
export function datasetRecord({ tags, ...dataset }: RunInputs['datasets'][number]): RunDataset {
  const context = tags['mlflow.data.context']
  return { ...dataset, ...(context === undefined ? {} : { context }) }
}
