import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Id, Time } from './common.ts'
import { Measured } from './run-table.ts'

/** One of the points that were measured on a logged model. */
export const ModelPoint = Type.Object({
  key: Type.String(),
  value: Measured,
  step: Type.Integer(),
  time: Time,
  run: Id,
  dataset: Type.Optional(Type.String()),
  datasetDigest: Type.Optional(Type.String()),
})
export type ModelPoint = Static<typeof ModelPoint>

/** A model as training left it, before anyone registers it. */
export const LoggedModel = Type.Object({
  id: Id,
  name: Type.String(),
  experiment: Type.String(),
  experimentId: Id,
  /** What its writer calls its kind, such as `classifier`. */
  type: Type.String(),
  status: Type.Enum(['pending', 'ready', 'failed']),
  run: Type.Optional(Id),
  /** Where models are listed. */
  runName: Type.Optional(Type.String()),
  createdAt: Time,
  updatedAt: Time,
  params: Type.Record(Type.String(), Type.String()),
  tags: Type.Record(Type.String(), Type.String()),
  /** The newest of each metric and data set. */
  metrics: Type.Array(ModelPoint),
})
export type LoggedModel = Static<typeof LoggedModel>

/** A version of a registered model, by its name. */
export const VersionName = Type.Object({
  model: Type.String(),
  version: Type.Integer(),
  aliases: Type.Array(Type.String()),
})
export type VersionName = Static<typeof VersionName>

/** A text that applications fill in, kept under versions. */
export const Prompt = Type.Object({
  name: Type.String(),
  description: Type.String(),
  latest: Type.Optional(Type.Integer()),
  aliases: Type.Record(Type.String(), Type.Integer()),
  tags: Type.Record(Type.String(), Type.String()),
  createdAt: Time,
  updatedAt: Time,
})
export type Prompt = Static<typeof Prompt>

export const PromptVersion = Type.Object({
  version: Type.Integer(),
  /** A template of one text, or of the messages of a conversation. */
  kind: Type.Enum(['text', 'chat']),
  /** The template; a conversation's messages one after another. */
  text: Type.String(),
  /** What stands in braces in it. */
  variables: Type.Array(Type.String()),
  message: Type.String(),
  aliases: Type.Array(Type.String()),
  tags: Type.Record(Type.String(), Type.String()),
  createdAt: Time,
  createdBy: Type.String(),
})
export type PromptVersion = Static<typeof PromptVersion>
