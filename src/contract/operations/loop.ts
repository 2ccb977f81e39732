import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Id, Name } from '../shapes/common.ts'
import { JobRecord } from '../shapes/job.ts'
import { Decision, Loop, PlannedChange, Policy } from '../shapes/loop.ts'

const declaration = Type.Object({
  /** The text of tidemill.yaml; the server reads the one in its own folder when there is none. */
  text: Type.Optional(Type.String({ maxLength: 1_000_000 })),
  file: Type.Optional(Type.String()),
})

export const loop = {
  get: operation({
    name: 'loop.get',
    method: 'GET',
    path: '/api/loop',
    permission: 'loop:read',
    summary: 'Each model’s loop with its present state',
    input: Type.Object({}),
    output: Type.Object({ loops: Type.Array(Loop) }),
  }),
  plan: operation({
    name: 'loop.plan',
    method: 'POST',
    path: '/api/plan',
    permission: 'loop:read',
    summary: 'What apply would change',
    input: declaration,
    output: Type.Object({ changes: Type.Array(PlannedChange) }),
  }),
  apply: operation({
    name: 'loop.apply',
    method: 'POST',
    path: '/api/apply',
    permission: 'loop:manage',
    summary: 'Makes what is declared so',
    input: declaration,
    output: Type.Object({ changes: Type.Array(PlannedChange) }),
  }),
  policies: operation({
    name: 'loop.policies',
    method: 'GET',
    path: '/api/policies',
    permission: 'loop:read',
    summary: 'Policies with their last decisions',
    input: Type.Object({}),
    output: Type.Object({ policies: Type.Array(Policy) }),
  }),
  decisions: operation({
    name: 'loop.decisions',
    method: 'GET',
    path: '/api/policies/:name/decisions',
    permission: 'loop:read',
    summary: 'What a policy decided, newest first',
    input: Type.Object({ name: Name }),
    output: Type.Object({ decisions: Type.Array(Decision) }),
  }),
  decide: operation({
    name: 'loop.decide',
    method: 'POST',
    path: '/api/policies/:name/decide',
    permission: 'loop:manage',
    summary: 'Asks a policy now; starts retraining when it is due, or when forced',
    input: Type.Object({ name: Name, force: Type.Optional(Type.Boolean()) }),
    output: Type.Object({ decision: Decision }),
  }),
}

export const jobs = {
  list: operation({
    name: 'jobs.list',
    method: 'GET',
    path: '/api/jobs',
    permission: 'jobs:read',
    summary: 'Jobs, newest first',
    input: Type.Object({ kind: Type.Optional(Type.String()) }),
    output: Type.Object({ jobs: Type.Array(JobRecord) }),
  }),
  get: operation({
    name: 'jobs.get',
    method: 'GET',
    path: '/api/jobs/:id',
    permission: 'jobs:read',
    summary: 'One job with its progress',
    input: Type.Object({ id: Id }),
    output: Type.Object({ job: JobRecord }),
  }),
  cancel: operation({
    name: 'jobs.cancel',
    method: 'POST',
    path: '/api/jobs/:id/cancel',
    permission: 'jobs:manage',
    summary: 'Cancels a job',
    input: Type.Object({ id: Id }),
    output: Type.Object({ job: JobRecord }),
  }),
  retry: operation({
    name: 'jobs.retry',
    method: 'POST',
    path: '/api/jobs/:id/retry',
    permission: 'jobs:manage',
    summary: 'Puts a dead job back in the queue',
    input: Type.Object({ id: Id }),
    output: Type.Object({ job: JobRecord }),
  }),
  /** Anything that changed, so that open pages follow. */
  events: operation({
    name: 'jobs.events',
    method: 'GET',
    path: '/api/events',
    permission: 'loop:read',
    summary: 'A stream of what changes',
    kind: 'events',
    input: Type.Object({}),
    output: Type.Object({ area: Type.String(), name: Type.String() }),
  }),
}
