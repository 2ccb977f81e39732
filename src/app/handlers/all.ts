import type { Implementation } from '../handler.ts'
import { datasetHandlers } from './datasets.ts'
import { endpointHandlers } from './endpoints.ts'
import { featureHandlers } from './features.ts'
import { identityHandlers } from './identity.ts'
import { labelHandlers } from './labels.ts'
import { lineageHandlers } from './lineage.ts'
import { loopHandlers } from './loop.ts'
import { modelHandlers } from './models.ts'
import { monitorHandlers } from './monitors.ts'
import { pipelineHandlers } from './pipeline.ts'
import { runTableHandlers } from './run-table.ts'
import { runHandlers } from './runs.ts'

/** What every operation does, by its name. */
export const implementations: ReadonlyMap<string, Implementation> = new Map(
  [
    ...datasetHandlers,
    ...featureHandlers,
    ...runHandlers,
    ...runTableHandlers,
    ...modelHandlers,
    ...endpointHandlers,
    ...monitorHandlers,
    ...labelHandlers,
    ...loopHandlers,
    ...pipelineHandlers,
    ...lineageHandlers,
    ...identityHandlers,
  ].map((each) => [each.operation.name, each]),
)

export function implementationOf(name: string): Implementation {
  const found = implementations.get(name)
  if (!found) throw new RangeError(`nothing implements ${name}`)
  return found
}
