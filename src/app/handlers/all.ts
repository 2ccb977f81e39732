import type { Implementation } from '../handler.ts'
import { artifactHandlers } from './artifacts.ts'
import { datasetHandlers } from './datasets.ts'
import { endpointHandlers } from './endpoints.ts'
import { featureHandlers } from './features.ts'
import { identityHandlers } from './identity.ts'
import { labelHandlers } from './labels.ts'
import { lineageHandlers } from './lineage.ts'
import { loggedModelHandlers } from './logged-models.ts'
import { loopHandlers } from './loop.ts'
import { modelHandlers } from './models.ts'
import { monitorHandlers } from './monitors.ts'
import { pipelineResultHandlers } from './pipeline-results.ts'
import { pipelineHandlers } from './pipeline.ts'
import { retentionHandlers } from './retention.ts'
import { runTableHandlers } from './run-table.ts'
import { runHandlers } from './runs.ts'
import { traceHandlers } from './traces.ts'
import { runWhyHandlers } from './run-why.ts'

/** What every operation does, by its name. */
export const implementations: ReadonlyMap<string, Implementation> = new Map(
  [
    ...datasetHandlers,
    ...featureHandlers,
    ...runHandlers,
    ...retentionHandlers,
    ...artifactHandlers,
    ...loggedModelHandlers,
    ...traceHandlers,
    ...runWhyHandlers,
    ...runTableHandlers,
    ...modelHandlers,
    ...endpointHandlers,
    ...monitorHandlers,
    ...labelHandlers,
    ...loopHandlers,
    ...pipelineHandlers,
    ...pipelineResultHandlers,
    ...lineageHandlers,
    ...identityHandlers,
  ].map((each) => [each.operation.name, each]),
)

export function implementationOf(name: string): Implementation {
  const found = implementations.get(name)
  if (!found) throw new RangeError(`nothing implements ${name}`)
  return found
}
