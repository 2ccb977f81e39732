import type { ResourceSample, StageResult, StageTask } from '../executor.ts'

/** What the worker is told, one JSON object a line. When the lines end, whoever asked is gone, and the task ends too. */
export type ToWorker =
  | { readonly type: 'task'; readonly task: StageTask; readonly objects: string }
  | { readonly type: 'cancel' }

/** What it says: what commands print, as they print it, what they use, and in the end the result. */
export type FromWorker =
  | { readonly type: 'output'; readonly text: string }
  | { readonly type: 'sample'; readonly sample: ResourceSample }
  | { readonly type: 'result'; readonly result: StageResult }
