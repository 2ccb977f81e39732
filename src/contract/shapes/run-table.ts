import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Id, Time } from './common.ts'
import { RunStatus } from './run.ts'

/** A number, or one of NaN, Infinity and -Infinity as text, which JSON has no numbers for. */
export const Measured = Type.Union([Type.Number(), Type.String(), Type.Null()])
export type Measured = Static<typeof Measured>

/** What a table shows of a run besides the columns that were chosen. */
export const RunRow = Type.Object({
  /** The number that the order of the table calls it by. */
  row: Type.Integer(),
  id: Id,
  experiment: Id,
  name: Type.String(),
  status: RunStatus,
  startedAt: Time,
  endedAt: Type.Optional(Time),
  user: Type.String(),
  dataset: Type.Optional(Type.String()),
  datasetVersion: Type.Optional(Type.Integer()),
  /** The data sets that MLflow's client logged. */
  inputs: Type.Optional(Type.Array(Type.Object({ name: Type.String(), digest: Type.String() }))),
  /** The commit it was made at, and the program that made it, whoever wrote that down. */
  code: Type.Optional(Type.String()),
  program: Type.Optional(Type.String()),
  /** The logged models it made. */
  models: Type.Optional(Type.Array(Type.Object({ id: Id, name: Type.String() }))),
  /** The versions registered from it; told by `table.rows` alone. */
  versions: Type.Optional(
    Type.Array(Type.Object({ model: Type.String(), version: Type.Integer() })),
  ),
})
export type RunRow = Static<typeof RunRow>

/** One value for each thing that runs are grouped by; null where they have none. */
const GroupValues = Type.Array(Type.Union([Type.String(), Type.Null()]))

export const RunRows = Type.Object({
  runs: Type.Array(RunRow),
  /** By column, in the order of `runs`. */
  values: Type.Record(Type.String(), Type.Array(Measured)),
  /** The group of each, in the order of `runs`, where they are grouped: one value for each thing they are grouped by. */
  groups: Type.Optional(Type.Array(GroupValues)),
})
export type RunRows = Static<typeof RunRows>

export const Spread = Type.Object({
  count: Type.Integer(),
  min: Type.Number(),
  max: Type.Number(),
  mean: Type.Number(),
})
export type Spread = Static<typeof Spread>

export const RunGroup = Type.Object({
  values: GroupValues,
  runs: Type.Integer(),
  lastRunAt: Time,
  /** By metric. NaN and the infinities are left out. */
  metrics: Type.Record(Type.String(), Spread),
})
export type RunGroup = Static<typeof RunGroup>

/** The points of one run's metric, a column each. */
export const RunHistory = Type.Object({
  run: Id,
  steps: Type.Array(Type.Integer()),
  times: Type.Array(Time),
  values: Type.Array(Measured),
  /** The smoothed curve at the same points, computed from all points before some were left out. */
  smooth: Type.Optional(Type.Array(Measured)),
  /** Of the metric asked for as `x`: its last value up to the step of each point, null before its first. */
  x: Type.Optional(Type.Array(Measured)),
  total: Type.Integer(),
  /** How many points are NaN or infinite. */
  odd: Type.Integer(),
})
export type RunHistory = Static<typeof RunHistory>

/** One metric of a group of runs by step, a column a part. */
export const GroupHistory = Type.Object({
  values: GroupValues,
  steps: Type.Array(Type.Integer()),
  /** The mean time of the points of a step, and of how long after each run's first point they came, in milliseconds. */
  times: Type.Array(Time),
  elapsed: Type.Array(Type.Number()),
  mean: Type.Array(Measured),
  low: Type.Array(Measured),
  high: Type.Array(Measured),
  /** The mean, smoothed, from all steps before some were left out. */
  smooth: Type.Optional(Type.Array(Measured)),
  /** How many runs it is of: the newest that logged the metric; and how many the group has. */
  runs: Type.Integer(),
  of: Type.Integer(),
  /** How many steps there are. */
  total: Type.Integer(),
  odd: Type.Integer(),
})
export type GroupHistory = Static<typeof GroupHistory>
