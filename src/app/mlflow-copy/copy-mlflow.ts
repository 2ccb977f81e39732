import type { Copying, CopyReport } from './copied.ts'
import { copyLoggedModels, linkModels } from './copy-logged-models.ts'
import { copyModels } from './copy-models.ts'
import { copyExperiment } from './copy-runs.ts'
import { copyTraces } from './copy-traces.ts'
import { mlflowServer } from './mlflow-server.ts'
import type { ServerAddress } from './server-address.ts'
import { openStore } from './store/open-store.ts'
import { storeSource } from './store/store-source.ts'

export interface MlflowAddress extends ServerAddress {
  /** A server's; to copy from, also an mlruns folder, a database file, or a postgres URL. */
  readonly url: string
  /** The folder in which the server of a database kept its artifacts. */
  readonly artifacts?: string
}

/**
 * Brings experiments, runs, histories, files, logged models, traces, registered models and prompts from one server of MLflow's REST to
 * another. What was brought whole before is left as it is, so a copy that was interrupted goes on where it stopped.
 */
export async function copyMlflow(
  from: MlflowAddress,
  to: MlflowAddress,
  onProgress: (message: string) => void = () => undefined,
): Promise<CopyReport> {
  const store = await openStore(from.url, from.artifacts)
  const copying: Copying = {
    from: store ? storeSource(store) : mlflowServer(from),
    to: mlflowServer(to),
    runs: new Map(),
    loggedModels: new Map(),
    notBrought: new Set(),
    links: [],
    report: {
      ...{ experiments: 0, runs: 0, points: 0, files: 0, bytes: 0 },
      ...{ loggedModels: 0, models: 0, versions: 0, before: 0 },
      ...{ traces: 0, spans: 0, assessments: 0 },
      problems: [],
    },
    onProgress,
  }
  try {
    const experiments: (readonly [string, string])[] = []
    const asked = { max_results: 1000, order_by: ['creation_time ASC'] }
    for await (const page of copying.from.pages('experiments/search', asked, 'experiments')) {
      for (const experiment of page) {
        const copy = await copyExperiment(copying, experiment)
        if (copy !== undefined) experiments.push([String(experiment.experiment_id), copy])
      }
    }
    // After the runs of all experiments: a model may be measured and read by any of them.
    for (const [source, copy] of experiments) await copyLoggedModels(copying, source, copy)
    await linkModels(copying)
    for (const [source, copy] of experiments) await copyTraces(copying, source, copy)
    await copyModels(copying)
    return copying.report
  } finally {
    await store?.close()
  }
}
