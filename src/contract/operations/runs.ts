import { Type } from 'typebox'
import { operation } from '../operation.ts'
import { Cursor, Done, Id, Limit, Time } from '../shapes/common.ts'
import {
  Artifact,
  Experiment,
  MetricPoint,
  ParamValue,
  Run,
  RunSource,
  RunStatus,
} from '../shapes/run.ts'

const run = Type.Object({ run: Id })
const artifactPath = Type.String({ minLength: 1, maxLength: 1000 })

export const runs = {
  experiments: operation({
    name: 'runs.experiments',
    method: 'GET',
    path: '/api/experiments',
    permission: 'tracking:read',
    summary: 'Experiments, the last used first',
    input: Type.Object({
      removed: Type.Optional(Type.Boolean({ description: 'The removed ones instead' })),
    }),
    output: Type.Object({ experiments: Type.Array(Experiment) }),
  }),
  search: operation({
    name: 'runs.search',
    method: 'GET',
    path: '/api/runs',
    permission: 'tracking:read',
    summary: 'Runs, newest first, by experiment and a filter such as metrics.f1 > 0.6',
    input: Type.Object({
      experiment: Type.Optional(Type.String()),
      filter: Type.Optional(Type.String({ maxLength: 10_000 })),
      order: Type.Optional(
        Type.String({ description: 'For example: metrics.f1 desc, started asc' }),
      ),
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
    summary: 'One run with its artifacts',
    input: run,
    output: Type.Object({ run: Run, artifacts: Type.Array(Artifact) }),
  }),
  history: operation({
    name: 'runs.history',
    method: 'GET',
    path: '/api/runs/:run/metrics/:key',
    permission: 'tracking:read',
    summary: 'All points of one metric; at most `points` of them, extremes kept',
    input: Type.Object({
      run: Id,
      key: Type.String(),
      points: Type.Optional(Type.Integer({ minimum: 2, maximum: 100_000 })),
    }),
    output: Type.Object({ points: Type.Array(MetricPoint), total: Type.Integer() }),
  }),
  create: operation({
    name: 'runs.create',
    method: 'POST',
    path: '/api/runs',
    permission: 'tracking:write',
    summary: 'Starts a run; makes the experiment when there is none',
    input: Type.Object({
      experiment: Type.String({ minLength: 1, maxLength: 500 }),
      name: Type.Optional(Type.String()),
      params: Type.Optional(Type.Record(Type.String(), ParamValue)),
      tags: Type.Optional(Type.Record(Type.String(), Type.String())),
      source: Type.Optional(RunSource),
      startedAt: Type.Optional(Time),
    }),
    output: Type.Object({ run: Run }),
  }),
  log: operation({
    name: 'runs.log',
    method: 'POST',
    path: '/api/runs/:run/log',
    permission: 'tracking:write',
    summary: 'Adds metrics, params and tags; all of them or none',
    input: Type.Object({
      run: Id,
      metrics: Type.Optional(
        Type.Array(
          Type.Object({
            key: Type.String({ minLength: 1, maxLength: 250 }),
            value: Type.Number(),
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
    summary: 'Ends a run',
    input: Type.Object({ run: Id, status: Type.Optional(RunStatus) }),
    output: Type.Object({ run: Run }),
  }),
  putArtifact: operation({
    name: 'runs.putArtifact',
    method: 'PUT',
    path: '/api/runs/:run/artifacts',
    permission: 'tracking:write',
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
    summary: 'Hides a run; `restore` brings it back',
    input: run,
    output: Done,
  }),
  restore: operation({
    name: 'runs.restore',
    method: 'POST',
    path: '/api/runs/:run/restore',
    permission: 'tracking:write',
    summary: 'Brings a removed run back',
    input: run,
    output: Type.Object({ run: Run }),
  }),
}
