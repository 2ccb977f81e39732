import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Id, Time } from './common.ts'

const Fields = Type.Record(Type.String(), Type.Unknown())
const Kinds = Type.Record(Type.String(), Type.String())

/** Questions with what a good answer holds, which versions of an application are judged by. */
export const EvaluationDataset = Type.Object({
  id: Id,
  name: Type.String(),
  /** Another one whenever records come or change, as MLflow’s clients read it. */
  digest: Type.String(),
  records: Type.Integer(),
  /** What the parts of its records hold, each by its name with its kind. */
  fields: Type.Object({ inputs: Kinds, outputs: Kinds, expectations: Kinds }),
  tags: Type.Record(Type.String(), Type.String()),
  /** Those it belongs to; without those that were removed. */
  experiments: Type.Array(Type.Object({ id: Id, name: Type.String() })),
  createdAt: Time,
  updatedAt: Time,
  createdBy: Type.String(),
  updatedBy: Type.String(),
})
export type EvaluationDataset = Static<typeof EvaluationDataset>

/** One question of an evaluation data set. */
export const EvaluationRecord = Type.Object({
  id: Id,
  inputs: Fields,
  outputs: Type.Optional(Type.Unknown()),
  expectations: Type.Optional(Fields),
  tags: Type.Optional(Fields),
  /** Where it came from, as its writer says. */
  source: Type.Optional(Fields),
  /** The trace it came from, where it says one. */
  trace: Type.Optional(Id),
  createdAt: Time,
  updatedAt: Time,
  createdBy: Type.String(),
  updatedBy: Type.String(),
})
export type EvaluationRecord = Static<typeof EvaluationRecord>

/** What goes, or with `dry` would go, with an evaluation data set. */
export const EvaluationDatasetRemoval = Type.Object({
  name: Type.String(),
  records: Type.Integer(),
  /** The experiments that lose it, by name. */
  experiments: Type.Array(Type.String()),
  dry: Type.Boolean(),
})
export type EvaluationDatasetRemoval = Static<typeof EvaluationDatasetRemoval>
