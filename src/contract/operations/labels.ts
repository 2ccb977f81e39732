import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Id, Limit, Name } from '../shapes/common.ts'
import { DatasetVersion } from '../shapes/dataset.ts'
import { LabelQueue, LabelTask } from '../shapes/labeling.ts'

const one = Type.Object({ name: Name })

export const labels = {
  queues: operation({
    name: 'labels.queues',
    method: 'GET',
    path: '/api/labeling',
    permission: 'labels:read',
    summary: 'Label queues with what waits in each',
    input: Type.Object({}),
    output: Type.Object({ queues: Type.Array(LabelQueue) }),
  }),
  queue: operation({
    name: 'labels.queue',
    method: 'GET',
    path: '/api/labeling/:name',
    permission: 'labels:read',
    summary: 'One queue',
    input: one,
    output: Type.Object({ queue: LabelQueue }),
  }),
  tasks: operation({
    name: 'labels.tasks',
    method: 'GET',
    path: '/api/labeling/:name/tasks',
    permission: 'labels:read',
    summary: 'Tasks the caller has not labelled yet, the least sure first',
    input: Type.Object({
      name: Name,
      state: Type.Optional(Type.Enum(['waiting', 'labelled', 'disputed', 'committed'])),
      limit: Limit,
    }),
    output: Type.Object({ tasks: Type.Array(LabelTask) }),
  }),
  annotate: operation({
    name: 'labels.annotate',
    method: 'POST',
    path: '/api/labeling/:name/tasks/:task',
    permission: 'labels:write',
    summary: 'Labels one task; a second call by the same person replaces the first',
    input: Type.Object({ name: Name, task: Id, label: Type.String({ maxLength: 500 }) }),
    output: Type.Object({ task: LabelTask, queue: LabelQueue }),
  }),
  undo: operation({
    name: 'labels.undo',
    method: 'DELETE',
    path: '/api/labeling/:name/tasks/:task',
    permission: 'labels:write',
    summary: 'Takes the caller’s label of a task back',
    input: Type.Object({ name: Name, task: Id }),
    output: Type.Object({ task: LabelTask, queue: LabelQueue }),
  }),
  commit: operation({
    name: 'labels.commit',
    method: 'POST',
    path: '/api/labeling/:name/commit',
    permission: 'labels:manage',
    summary: 'Adds the labelled rows to the dataset as a new version',
    input: one,
    output: Type.Object({ version: Type.Optional(DatasetVersion), rows: Type.Integer() }),
  }),
}
