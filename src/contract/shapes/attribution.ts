import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Id, Time } from './common.ts'

const Side = Type.Object({
  name: Type.String(),
  commit: Type.String(),
})

export const AttributionCause = Type.Object({
  id: Type.String(),
  kind: Type.Enum(['code', 'params', 'data', 'environment']),
  title: Type.String(),
  changes: Type.Array(
    Type.Object({ path: Type.String(), old: Type.Unknown(), new: Type.Unknown() }),
  ),
  /** By what the pipeline declares, no chosen metric can feel it. */
  idle: Type.Boolean(),
})
export type AttributionCause = Static<typeof AttributionCause>

export const AttributionPlan = Type.Object({
  from: Side,
  to: Side,
  method: Type.Enum(['exact', 'sampled']),
  causes: Type.Array(AttributionCause),
  /** Files that differ and that no stage declares. */
  undeclared: Type.Array(Type.String()),
  metrics: Type.Array(Type.String()),
  counterfactuals: Type.Integer(),
  /** Those of them for which nothing runs. */
  cached: Type.Integer(),
  /** Stages that run, each combination of what it can feel once. */
  stages: Type.Integer(),
  /** Not known while a stage that runs never ran here before. */
  seconds: Type.Optional(Type.Number()),
})
export type AttributionPlan = Static<typeof AttributionPlan>

export const AttributionShare = Type.Object({
  cause: Type.String(),
  share: Type.Number(),
  /** 0 for an exact share of runs that repeat exactly. */
  standardError: Type.Optional(Type.Number()),
  /** Of 95 %. */
  low: Type.Optional(Type.Number()),
  high: Type.Optional(Type.Number()),
})
export type AttributionShare = Static<typeof AttributionShare>

export const AttributionMetric = Type.Object({
  id: Type.String(),
  file: Type.String(),
  key: Type.String(),
  stage: Type.String(),
  from: Type.Number(),
  to: Type.Number(),
  change: Type.Number(),
  method: Type.Enum(['exact', 'sampled']),
  shares: Type.Array(AttributionShare),
})
export type AttributionMetric = Static<typeof AttributionMetric>

export const AttributionRun = Type.Object({
  /** The causes that were taken from the second side. */
  causes: Type.Array(Type.String()),
  metrics: Type.Record(Type.String(), Type.Number()),
  /** What became of each stage. */
  stages: Type.Array(Type.Object({ stage: Type.String(), outcome: Type.String() })),
  /** For each stage that makes a metric, the address of its run in the run cache. */
  runs: Type.Record(Type.String(), Type.String()),
  seconds: Type.Number(),
  /** Metrics of the same run made again, where that was asked for. */
  repeats: Type.Array(Type.Record(Type.String(), Type.Number())),
})
export type AttributionRun = Static<typeof AttributionRun>

/** Each cause's share of what changed between two results, and the runs that prove it. */
export const Attribution = Type.Object({
  id: Id,
  time: Time,
  from: Side,
  to: Side,
  method: Type.Enum(['exact', 'sampled']),
  /** Whether everything that was planned was run. */
  complete: Type.Boolean(),
  causes: Type.Array(AttributionCause),
  undeclared: Type.Array(Type.String()),
  metrics: Type.Array(AttributionMetric),
  runs: Type.Array(AttributionRun),
  /** What a reader should know before believing it. */
  notes: Type.Array(Type.String()),
})
export type Attribution = Static<typeof Attribution>
