import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Cursor, Done, Id, Limit, Time } from '../shapes/common.ts'
import { RunAbout } from '../shapes/run-about.ts'
import { FolderPath, Hidden } from '../shapes/organise.ts'
import {
  Artifact,
  Experiment,
  MetricPoint,
  MetricRange,
  ParamValue,
  Run,
  RecordedSource,
  RunStatus,
} from '../shapes/run.ts'
import { organise } from './organise.ts'
import { runWhy } from './run-why.ts'

const run = Type.Object({ run: Id })
const artifactPath = Type.String({ minLength: 1, maxLength: 1000 })

export const runs = {
  experiments: operation({
    name: 'runs.experiments',
    method: 'GET',
    path: '/api/experiments',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'Experiments, the last used first',
    input: Type.Object({ removed: Hidden }),
    output: Type.Object({ experiments: Type.Array(Experiment) }),
  }),
  search: operation({
    name: 'runs.search',
    method: 'GET',
    path: '/api/runs',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'Runs, newest first, by experiment and a filter such as metrics.f1 > 0.6',
    input: Type.Object({
      experiment: Type.Optional(Type.String()),
      folder: Type.Optional(FolderPath),
      filter: Type.Optional(Type.String({ maxLength: 10_000 })),
      order: Type.Optional(
        Type.String({ description: 'For example: metrics.f1 desc, started asc' }),
      ),
      removed: Hidden,
      /** `info` leaves params, metrics and tags empty, for lists that do not show them. */
      fields: Type.Optional(Type.Enum(['all', 'info'])),
      cursor: Cursor,
      limit: Limit,
    }),
    output: Type.Object({ runs: Type.Array(Run), next: Type.Optional(Type.String()) }),
  }),
  get: operation({
    name: 'runs.get',
    method: 'GET',
    path: '/api/runs/:run',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'One run with its artifacts',
    input: Type.Object({
      run: Id,
      files: Type.Optional(Type.Boolean({ description: 'false leaves the artifacts out' })),
    }),
    output: Type.Object({
      run: Run,
      artifacts: Type.Array(Artifact),
      /** The last values of metrics that JSON has no number for; in the run they are null. */
      special: Type.Optional(
        Type.Record(Type.String(), Type.Enum(['NaN', 'Infinity', '-Infinity'])),
      ),
    }),
  }),
  history: operation({
    name: 'runs.history',
    method: 'GET',
    path: '/api/runs/:run/metrics/:key',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'All points of one metric; at most `points` of them, extremes kept',
    input: Type.Object({
      run: Id,
      key: Type.String(),
      points: Type.Optional(Type.Integer({ minimum: 2, maximum: 100_000 })),
    }),
    output: Type.Object({ points: Type.Array(MetricPoint), total: Type.Integer() }),
  }),
  ranges: operation({
    name: 'runs.ranges',
    method: 'GET',
    path: '/api/runs/:run/ranges',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'The least and the greatest value of each metric that a run logged more than once',
    input: run,
    output: Type.Object({ ranges: Type.Array(MetricRange) }),
  }),
  create: operation({
    name: 'runs.create',
    method: 'POST',
    path: '/api/runs',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Starts a run; makes the experiment when there is none',
    input: Type.Object({
      experiment: Type.String({ minLength: 1, maxLength: 500 }),
      name: Type.Optional(Type.String()),
      params: Type.Optional(Type.Record(Type.String(), ParamValue)),
      tags: Type.Optional(Type.Record(Type.String(), Type.String())),
      source: Type.Optional(RecordedSource),
      startedAt: Type.Optional(Time),
      once: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 500,
          description:
            'What the run is of: a second one of the same in the experiment is the first',
        }),
      ),
    }),
    output: Type.Object({ run: Run }),
  }),
  log: operation({
    name: 'runs.log',
    method: 'POST',
    path: '/api/runs/:run/log',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Adds metrics, params and tags; all of them or none',
    input: Type.Object({
      run: Id,
      metrics: Type.Optional(
        Type.Array(
          Type.Object({
            key: Type.String({ minLength: 1, maxLength: 250 }),
            value: Type.Union([Type.Number(), Type.Enum(['NaN', 'Infinity', '-Infinity'])]),
            step: Type.Optional(Type.Integer()),
            time: Type.Optional(Time),
          }),
        ),
      ),
      params: Type.Optional(Type.Record(Type.String(), ParamValue)),
      tags: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
    output: Done,
  }),
  end: operation({
    name: 'runs.end',
    method: 'POST',
    path: '/api/runs/:run/end',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Ends a run',
    input: Type.Object({
      run: Id,
      status: Type.Optional(RunStatus),
      endedAt: Type.Optional(Time),
    }),
    output: Type.Object({ run: Run }),
  }),
  putArtifact: operation({
    name: 'runs.putArtifact',
    method: 'PUT',
    path: '/api/runs/:run/artifacts',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Stores a file with a run',
    kind: 'upload',
    input: Type.Object({ run: Id, path: artifactPath }),
    output: Artifact,
  }),
  artifact: operation({
    name: 'runs.artifact',
    method: 'GET',
    path: '/api/runs/:run/artifact',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'A file of a run',
    kind: 'download',
    input: Type.Object({ run: Id, path: artifactPath }),
    output: Type.Unknown(),
  }),
  remove: operation({
    name: 'runs.remove',
    method: 'DELETE',
    path: '/api/runs/:run',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Hides a run; `restore` brings it back',
    input: run,
    output: Done,
  }),
  restore: operation({
    name: 'runs.restore',
    method: 'POST',
    path: '/api/runs/:run/restore',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Brings a removed run back',
    input: run,
    output: Type.Object({ run: Run }),
  }),
  about: operation({
    name: 'runs.about',
    method: 'GET',
    path: '/api/runs/:run/about',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'What a run read and made, and the runs above and below it',
    input: run,
    output: RunAbout,
  }),
  untag: operation({
    name: 'runs.untag',
    method: 'DELETE',
    path: '/api/runs/:run/tags',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Takes a tag off a run',
    input: Type.Object({ run: Id, key: Type.String({ minLength: 1, maxLength: 250 }) }),
    output: Done,
  }),
  ...organise,
  ...runWhy,
}
