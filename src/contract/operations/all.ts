import type { TObject, TSchema } from 'typebox'
import type { Operation } from '../operation.ts'
import { artifacts } from './artifacts.ts'
import { datasets } from './datasets.ts'
import { endpoints } from './endpoints.ts'
import { evaluationDatasets } from './evaluation-datasets.ts'
import { features } from './features.ts'
import { audit, find, groups, session, tokens, users } from './identity.ts'
import { labels } from './labels.ts'
import { lineage } from './lineage.ts'
import { loggedModels, prompts } from './logged-models.ts'
import { jobs, loop } from './loop.ts'
import { models } from './models.ts'
import { monitors } from './monitors.ts'
import { pipelines } from './pipeline.ts'
import { retention } from './retention.ts'
import { experimentOperations, table } from './run-table.ts'
import { runs } from './runs.ts'
import { traces } from './traces.ts'

export const operations = {
  datasets,
  features,
  runs,
  retention,
  artifacts,
  loggedModels,
  traces,
  evaluationDatasets,
  experiments: experimentOperations,
  table,
  models,
  prompts,
  endpoints,
  monitors,
  labels,
  loop,
  jobs,
  pipelines,
  lineage,
  session,
  users,
  groups,
  tokens,
  audit,
  find,
} as const

/** Every operation there is, in the order of the areas. */
export const allOperations: readonly Operation<TObject, TSchema>[] = Object.values(
  operations,
).flatMap((area) => Object.values(area) as Operation<TObject, TSchema>[])
