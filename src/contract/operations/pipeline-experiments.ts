import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Done } from '../shapes/common.ts'
import { JobRecord } from '../shapes/job.ts'
import {
  ExperimentBaseline,
  LogText,
  PipelineExperiment,
  QueueStanding,
  Target,
} from '../shapes/pipeline.ts'

export const pipelineExperiments = {
  experiments: operation({
    name: 'pipeline.experiments',
    method: 'GET',
    path: '/api/pipeline/experiments',
    permission: 'pipeline:read',
    summary:
      'The work tree, a commit, and the experiments on it with state, parameters and metrics, those of the queue too',
    input: Type.Object({
      /** A commit that experiments are on; HEAD unless given. */
      on: Type.Optional(Target),
      /** Those on every commit. */
      all: Type.Optional(Type.Boolean()),
    }),
    output: Type.Object({
      rows: Type.Array(PipelineExperiment),
      baselines: Type.Array(ExperimentBaseline),
      queue: QueueStanding,
    }),
  }),
  recordExperiments: operation({
    name: 'pipeline.record-experiments',
    method: 'POST',
    path: '/api/pipeline/experiments/record',
    permission: 'pipeline:run',
    summary: 'Makes runs in tracking of the experiments that have none',
    input: Type.Object({}),
    output: Type.Object({
      experiments: Type.Array(
        Type.Object({
          name: Type.String(),
          rev: Type.String(),
          run: Type.Optional(Type.String()),
          /** Why no run can be made of it yet. */
          problem: Type.Optional(Type.String()),
        }),
      ),
    }),
  }),
  startQueue: operation({
    name: 'pipeline.start-queue',
    method: 'POST',
    path: '/api/pipeline/queue/start',
    permission: 'pipeline:run',
    summary: 'Works off the experiments that wait, as a job',
    input: Type.Object({
      /** Experiments at a time; one unless given. */
      jobs: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    }),
    output: Type.Object({ job: JobRecord }),
  }),
  stopQueue: operation({
    name: 'pipeline.stop-queue',
    method: 'POST',
    path: '/api/pipeline/queue/stop',
    permission: 'pipeline:run',
    summary: 'Has the queue’s worker, of this server or of a terminal, take nothing more',
    input: Type.Object({}),
    output: Done,
  }),
  killQueued: operation({
    name: 'pipeline.kill-queued',
    method: 'POST',
    path: '/api/pipeline/queue/:id/kill',
    permission: 'pipeline:run',
    summary: 'Ends an experiment that runs',
    input: Type.Object({ id: Target }),
    output: Done,
  }),
  removeQueued: operation({
    name: 'pipeline.remove-queued',
    method: 'DELETE',
    path: '/api/pipeline/queue/:id',
    permission: 'pipeline:run',
    summary: 'Takes an experiment that does not run out of the queue, with its log',
    input: Type.Object({ id: Target }),
    output: Done,
  }),
  queueLog: operation({
    name: 'pipeline.queue-log',
    method: 'GET',
    path: '/api/pipeline/queue/:id/log',
    permission: 'pipeline:read',
    summary: 'What an experiment of the queue printed, its last part where it is long',
    input: Type.Object({ id: Target }),
    output: LogText,
  }),
  applyExperiment: operation({
    name: 'pipeline.apply-experiment',
    method: 'POST',
    path: '/api/pipeline/experiments/:name/apply',
    permission: 'pipeline:run',
    summary: 'Brings the work tree to an experiment; what nothing else has is not lost',
    input: Type.Object({ name: Target }),
    output: Type.Object({ files: Type.Integer() }),
  }),
  branchExperiment: operation({
    name: 'pipeline.branch-experiment',
    method: 'POST',
    path: '/api/pipeline/experiments/:name/branch',
    permission: 'pipeline:run',
    summary: 'Makes a branch of an experiment',
    input: Type.Object({
      name: Target,
      branch: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    }),
    output: Type.Object({ branch: Type.String() }),
  }),
  removeExperiment: operation({
    name: 'pipeline.remove-experiment',
    method: 'DELETE',
    path: '/api/pipeline/experiments/:name',
    permission: 'pipeline:run',
    summary: 'Removes an experiment; the cache keeps what it made until gc',
    input: Type.Object({ name: Target }),
    output: Done,
  }),
}
