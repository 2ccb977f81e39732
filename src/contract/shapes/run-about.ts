import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Id, Time } from './common.ts'
import { LoggedModel, VersionName } from './logged-model.ts'
import { RunStatus } from './run.ts'

/** A data set that a run says it read, as its writer described it. */
export const RunDataset = Type.Object({
  name: Type.String(),
  digest: Type.String(),
  sourceType: Type.String(),
  source: Type.String(),
  schema: Type.Optional(Type.String()),
  profile: Type.Optional(Type.String()),
  /** What it was read for, such as `training`. */
  context: Type.Optional(Type.String()),
})
export type RunDataset = Static<typeof RunDataset>

export const RunName = Type.Object({
  id: Id,
  name: Type.String(),
  status: RunStatus,
  startedAt: Time,
  endedAt: Type.Optional(Time),
})
export type RunName = Static<typeof RunName>

/** What stands around a run: what it read and made, and the runs above and below it. */
export const RunAbout = Type.Object({
  datasets: Type.Array(RunDataset),
  /** Logged models it made. */
  made: Type.Array(LoggedModel),
  /** Logged models it read. */
  read: Type.Array(LoggedModel),
  versions: Type.Array(VersionName),
  parent: Type.Optional(RunName),
  children: Type.Array(RunName),
  /** The run that this one makes again. */
  rerunOf: Type.Optional(RunName),
  /** Runs that make this one again. */
  reruns: Type.Array(RunName),
  files: Type.Integer(),
  /** Files that a version can be made of: the MLmodel of a folder, or an ONNX file without one beside it. */
  models: Type.Array(Type.String()),
})
export type RunAbout = Static<typeof RunAbout>
