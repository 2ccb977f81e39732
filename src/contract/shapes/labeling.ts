import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { DataRow, Id, Name, Time } from './common.ts'

export const LabelQueue = Type.Object({
  name: Name,
  endpoint: Name,
  dataset: Name,
  /** Answers less sure than this are asked about. */
  below: Type.Number({ minimum: 0, maximum: 1 }),
  /** How many people label each row. */
  annotators: Type.Integer({ minimum: 1 }),
  classes: Type.Array(Type.Object({ value: Type.String(), label: Type.String() })),
  waiting: Type.Integer(),
  labelled: Type.Integer(),
  disputed: Type.Integer(),
  /** Labelled, and not yet in a version of the dataset. */
  uncommitted: Type.Integer(),
  createdAt: Time,
})
export type LabelQueue = Static<typeof LabelQueue>

export const LabelTask = Type.Object({
  id: Id,
  queue: Name,
  prediction: Id,
  features: DataRow,
  /** What the model said. */
  suggestion: Type.String(),
  probability: Type.Number(),
  state: Type.Enum(['waiting', 'labelled', 'disputed', 'committed']),
  annotations: Type.Array(Type.Object({ who: Type.String(), label: Type.String(), time: Time })),
  label: Type.Optional(Type.String()),
  createdAt: Time,
})
export type LabelTask = Static<typeof LabelTask>
