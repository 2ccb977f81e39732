import type { TObject, TSchema } from 'typebox'
import type { Operation } from '../operation.ts'
import { datasets } from './datasets.ts'
import { endpoints } from './endpoints.ts'
import { features } from './features.ts'
import { audit, find, session, tokens, users } from './identity.ts'
import { labels } from './labels.ts'
import { lineage } from './lineage.ts'
import { jobs, loop } from './loop.ts'
import { models } from './models.ts'
import { monitors } from './monitors.ts'
import { pipelines } from './pipeline.ts'
import { experimentOperations, table } from './run-table.ts'
import { runs } from './runs.ts'

export const operations = {
  datasets,
  features,
  runs,
  experiments: experimentOperations,
  table,
  models,
  endpoints,
  monitors,
  labels,
  loop,
  jobs,
  pipelines,
  lineage,
  session,
  users,
  tokens,
  audit,
  find,
} as const

/** Every operation there is, in the order of the areas. */
export const allOperations: readonly Operation<TObject, TSchema>[] = Object.values(
  operations,
).flatMap((area) => Object.values(area) as Operation<TObject, TSchema>[])
