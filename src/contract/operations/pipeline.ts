import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Attribution, AttributionPlan } from '../shapes/attribution.ts'
import { Id, Time } from '../shapes/common.ts'
import { JobRecord } from '../shapes/job.ts'
import {
  AttemptUse,
  DataVersionChange,
  GraphStage,
  LogText,
  PlannedStage,
  Revision,
  RunForecast,
  StageDetails,
  StorageUse,
  TableChange,
  Target,
} from '../shapes/pipeline.ts'
import { pipelineExperiments } from './pipeline-experiments.ts'

const scope = {
  targets: Type.Optional(Type.Array(Target)),
  /** The targets and what needs them, in place of what they need. */
  downstream: Type.Optional(Type.Boolean()),
  force: Type.Optional(Type.Boolean()),
}

const attributionRequest = Type.Object({
  from: Target,
  to: Target,
  metrics: Type.Optional(Type.Array(Target)),
  params: Type.Optional(Type.Enum(['key', 'group', 'file'])),
  together: Type.Optional(Type.Array(Type.Array(Type.String()))),
  runs: Type.Optional(Type.Integer({ minimum: 1, maximum: 4096 })),
  seconds: Type.Optional(Type.Number({ minimum: 1 })),
  repeats: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  jobs: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
  /** Of the sampling. */
  seed: Type.Optional(Type.Integer()),
})

export const pipelines = {
  graph: operation({
    name: 'pipeline.graph',
    method: 'GET',
    path: '/api/pipeline',
    permission: 'pipeline:read',
    summary: 'Stages, their dependencies, and what a run would do with each and why',
    input: Type.Object({}),
    output: Type.Object({ stages: Type.Array(GraphStage) }),
  }),
  stage: operation({
    name: 'pipeline.stage',
    method: 'GET',
    path: '/api/pipeline/stages/:name',
    permission: 'pipeline:read',
    summary:
      'One stage: what it reads and makes, its attempts, and the commits that record its runs',
    input: Type.Object({ name: Target }),
    output: StageDetails,
  }),
  log: operation({
    name: 'pipeline.log',
    method: 'GET',
    path: '/api/pipeline/stages/:name/attempts/:attempt/log',
    permission: 'pipeline:read',
    summary: 'The log of an attempt, its last part where it is long',
    input: Type.Object({ name: Target, attempt: Type.String({ maxLength: 200 }) }),
    output: LogText,
  }),
  use: operation({
    name: 'pipeline.use',
    method: 'GET',
    path: '/api/pipeline/stages/:name/attempts/:attempt/use',
    permission: 'pipeline:read',
    summary: 'Processor and memory over the time of an attempt, while it runs too',
    input: Type.Object({ name: Target, attempt: Type.String({ maxLength: 200 }) }),
    output: Type.Object({ samples: Type.Array(AttemptUse), running: Type.Boolean() }),
  }),
  plan: operation({
    name: 'pipeline.plan',
    method: 'POST',
    path: '/api/pipeline/plan',
    permission: 'pipeline:read',
    summary: 'What a run would do, why, and what it will take',
    input: Type.Object(scope),
    output: Type.Object({
      stages: Type.Array(PlannedStage),
      /** Absent where nothing would run, or none of it ever ran here. */
      forecast: Type.Optional(RunForecast),
    }),
  }),
  repro: operation({
    name: 'pipeline.repro',
    method: 'POST',
    path: '/api/pipeline/repro',
    permission: 'pipeline:run',
    summary: 'Runs what changed, as a job',
    input: Type.Object(scope),
    output: Type.Object({ job: JobRecord }),
  }),
  revisions: operation({
    name: 'pipeline.revisions',
    method: 'GET',
    path: '/api/pipeline/revisions',
    permission: 'pipeline:read',
    summary: 'The work tree, branches, tags, experiments and the last commits',
    input: Type.Object({}),
    output: Type.Object({ revisions: Type.Array(Revision) }),
  }),
  ...pipelineExperiments,
  data: operation({
    name: 'pipeline.data',
    method: 'GET',
    path: '/api/pipeline/data',
    permission: 'pipeline:read',
    summary:
      'What differs in the recorded data of two revisions; the work tree where none is given',
    input: Type.Object({ from: Type.Optional(Target), to: Type.Optional(Target) }),
    output: Type.Object({ versions: Type.Array(DataVersionChange) }),
  }),
  table: operation({
    name: 'pipeline.table',
    method: 'GET',
    path: '/api/pipeline/data/table',
    permission: 'pipeline:read',
    summary: 'Rows and columns that differ between two versions of a table in the cache',
    input: Type.Object({
      path: Target,
      old: Type.String({ pattern: '^[0-9a-f]{32}$' }),
      new: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    }),
    output: Type.Object({ changes: Type.Optional(TableChange) }),
  }),
  storage: operation({
    name: 'pipeline.storage',
    method: 'GET',
    path: '/api/pipeline/storage',
    permission: 'pipeline:read',
    summary: 'What the cache and the remotes hold, what is unused, and what is only here',
    input: Type.Object({}),
    output: StorageUse,
  }),
  attributionPlan: operation({
    name: 'pipeline.attribution-plan',
    method: 'POST',
    path: '/api/pipeline/attributions/plan',
    permission: 'pipeline:run',
    summary: 'What differs between two results, and what sharing out their difference would run',
    input: attributionRequest,
    output: AttributionPlan,
  }),
  attribute: operation({
    name: 'pipeline.attribute',
    method: 'POST',
    path: '/api/pipeline/attributions',
    permission: 'pipeline:run',
    summary: 'Shares out what changed between two results among its causes, as a job',
    input: attributionRequest,
    output: Type.Object({ job: JobRecord }),
  }),
  attributions: operation({
    name: 'pipeline.attributions',
    method: 'GET',
    path: '/api/pipeline/attributions',
    permission: 'pipeline:read',
    summary: 'Attributions that were made, newest first',
    input: Type.Object({}),
    output: Type.Object({
      attributions: Type.Array(
        Type.Object({
          id: Id,
          time: Time,
          from: Type.String(),
          to: Type.String(),
          method: Type.String(),
          complete: Type.Boolean(),
          causes: Type.Integer(),
          metrics: Type.Integer(),
        }),
      ),
    }),
  }),
  attribution: operation({
    name: 'pipeline.attribution',
    method: 'GET',
    path: '/api/pipeline/attributions/:id',
    permission: 'pipeline:read',
    summary: 'Each cause’s share of each metric, with the runs that prove it',
    input: Type.Object({ id: Id }),
    output: Type.Object({ attribution: Attribution }),
  }),
}
