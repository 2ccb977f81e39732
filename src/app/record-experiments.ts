import type { Experiment } from '#pipeline'
import { openApp } from './app.ts'
import { recordExperiment } from './steps/record-experiment.ts'

/** Keeps experiments as runs of a home's project. */
export async function recordExperiments(
  home: string,
  project: string,
  workspace: string,
  experiments: readonly Experiment[],
): Promise<readonly string[]> {
  const app = await openApp({ home, workspace })
  try {
    const rooms = await app.project(project, { make: true })
    const runs: string[] = []
    for (const experiment of experiments)
      runs.push(await recordExperiment(rooms, workspace, experiment))
    return runs
  } finally {
    await app.close()
  }
}
