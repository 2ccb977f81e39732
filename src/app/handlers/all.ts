import type { Implementation } from '../handler.ts'

type Area = () => Promise<readonly Implementation[]>

const identity: Area = async () => (await import('./identity.ts')).identityHandlers
const loop: Area = async () => (await import('./loop.ts')).loopHandlers
const loggedModels: Area = async () => (await import('./logged-models.ts')).loggedModelHandlers
const runTable: Area = async () => (await import('./run-table.ts')).runTableHandlers

/** What the operations of each area do, loaded by the first request to it: a server starts without the half of itself. */
export const areas: Readonly<Record<string, Area>> = {
  artifacts: async () => (await import('./artifacts.ts')).artifactHandlers,
  audit: identity,
  datasets: async () => (await import('./datasets.ts')).datasetHandlers,
  endpoints: async () => (await import('./endpoints.ts')).endpointHandlers,
  evaluationDatasets: async () =>
    (await import('./evaluation-datasets.ts')).evaluationDatasetHandlers,
  experiments: runTable,
  features: async () => (await import('./features.ts')).featureHandlers,
  find: identity,
  groups: identity,
  jobs: loop,
  labels: async () => (await import('./labels.ts')).labelHandlers,
  lineage: async () => (await import('./lineage.ts')).lineageHandlers,
  loggedModels,
  loop,
  models: async () => (await import('./models.ts')).modelHandlers,
  monitors: async () => (await import('./monitors.ts')).monitorHandlers,
  pipeline: async () => [
    ...(await import('./pipeline.ts')).pipelineHandlers,
    ...(await import('./pipeline-experiments.ts')).pipelineExperimentHandlers,
    ...(await import('./pipeline-results.ts')).pipelineResultHandlers,
  ],
  prompts: loggedModels,
  retention: async () => (await import('./retention.ts')).retentionHandlers,
  runs: async () => [
    ...(await import('./runs.ts')).runHandlers,
    ...(await import('./run-why.ts')).runWhyHandlers,
  ],
  session: identity,
  table: runTable,
  tokens: identity,
  traces: async () => (await import('./traces.ts')).traceHandlers,
  users: identity,
}

/** What an operation does; its name begins with its area. */
export async function implementationOf(name: string): Promise<Implementation> {
  const [area = ''] = name.split('.', 1)
  const implementations = await areas[area]?.()
  const found = implementations?.find(({ operation }) => operation.name === name)
  if (!found) throw new RangeError(`nothing implements ${name}`)
  return found
}
