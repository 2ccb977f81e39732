import { Type } from 'typebox'
import { operation } from '../operation.ts'
import { JobRecord } from '../shapes/job.ts'

const Reason = Type.Object({
  kind: Type.String(),
  path: Type.String(),
  summary: Type.String(),
})

export const pipelines = {
  graph: operation({
    name: 'pipeline.graph',
    method: 'GET',
    path: '/api/pipeline',
    permission: 'pipeline:read',
    summary: 'Stages, their dependencies, and what a run would do with each and why',
    input: Type.Object({}),
    output: Type.Object({
      stages: Type.Array(
        Type.Object({
          name: Type.String(),
          command: Type.String(),
          needs: Type.Array(Type.String()),
          deps: Type.Array(Type.String()),
          outs: Type.Array(Type.String()),
          action: Type.Union([Type.Literal('run'), Type.Literal('skip'), Type.Literal('restore')]),
          reasons: Type.Array(Reason),
        }),
      ),
    }),
  }),
  repro: operation({
    name: 'pipeline.repro',
    method: 'POST',
    path: '/api/pipeline/repro',
    permission: 'pipeline:run',
    summary: 'Runs what changed, as a job',
    input: Type.Object({
      targets: Type.Optional(Type.Array(Type.String())),
      force: Type.Optional(Type.Boolean()),
    }),
    output: Type.Object({ job: JobRecord }),
  }),
}
