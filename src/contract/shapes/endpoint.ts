import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { DataRow, Id, Name, Time } from './common.ts'
import { Signature } from './model.ts'

export const EndpointState = Type.Enum(['ready', 'loading', 'no_model', 'failed'])

export const Endpoint = Type.Object({
  name: Name,
  model: Name,
  alias: Type.String(),
  state: EndpointState,
  problem: Type.Optional(Type.String()),
  /** The version that answers now. */
  version: Type.Optional(Type.Integer()),
  signature: Type.Optional(Signature),
  /** Since the process started. */
  requests: Type.Integer(),
  failures: Type.Integer(),
  /** Of the last thousand requests. */
  p50Ms: Type.Optional(Type.Number()),
  p99Ms: Type.Optional(Type.Number()),
  predictions: Type.Integer(),
  labels: Type.Integer(),
  createdAt: Time,
})
export type Endpoint = Static<typeof Endpoint>

/** One feature's part in one answer: how much it moved the risk from the average. */
export const Reason = Type.Object({
  feature: Type.String(),
  value: Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]),
  contribution: Type.Number(),
})
export type Reason = Static<typeof Reason>

export const Answer = Type.Object({
  id: Id,
  /** The class, or the number of a regression as text. */
  prediction: Type.String(),
  /** How a person reads it. */
  label: Type.String(),
  /** Of the predicted class. */
  probability: Type.Optional(Type.Number()),
  /** By class. */
  probabilities: Type.Optional(Type.Record(Type.String(), Type.Number())),
  reasons: Type.Optional(Type.Array(Reason)),
  model: Name,
  version: Type.Integer(),
})
export type Answer = Static<typeof Answer>

/** A prediction as the log keeps it. */
export const Prediction = Type.Object({
  id: Id,
  endpoint: Name,
  model: Name,
  version: Type.Integer(),
  time: Time,
  features: DataRow,
  prediction: Type.String(),
  probabilities: Type.Optional(Type.Record(Type.String(), Type.Number())),
  /** What turned out to be true. */
  label: Type.Optional(Type.String()),
  labelledAt: Type.Optional(Time),
})
export type Prediction = Static<typeof Prediction>
