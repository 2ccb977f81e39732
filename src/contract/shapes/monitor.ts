import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Id, Name, Time } from './common.ts'
import { Histogram } from './dataset.ts'

/** One column of one window against the reference. */
export const ColumnDrift = Type.Object({
  column: Type.String(),
  kind: Type.Union([Type.Literal('numeric'), Type.Literal('categorical')]),
  test: Type.String(),
  statistic: Type.Number(),
  pValue: Type.Number(),
  /** After paying for the number of columns and of looks. */
  threshold: Type.Number(),
  drifted: Type.Boolean(),
  /** The peer's rule on the same data, for comparison: its test, score, threshold and verdict. */
  peer: Type.Object({
    name: Type.String(),
    test: Type.String(),
    score: Type.Number(),
    threshold: Type.Number(),
    drifted: Type.Boolean(),
  }),
  /** How far the window moved, in the reference's standard deviations or total variation. */
  effect: Type.Number(),
  missingReference: Type.Number(),
  missingCurrent: Type.Number(),
  /** Numeric columns: both on the same edges. */
  reference: Type.Optional(Histogram),
  current: Type.Optional(Histogram),
  /** Categorical columns. */
  categories: Type.Optional(
    Type.Array(
      Type.Object({ value: Type.String(), reference: Type.Number(), current: Type.Number() }),
    ),
  ),
})
export type ColumnDrift = Static<typeof ColumnDrift>

export const Quality = Type.Object({
  rows: Type.Integer(),
  metrics: Type.Record(
    Type.String(),
    Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() }),
  ),
})

export const DriftReport = Type.Object({
  id: Id,
  monitor: Name,
  endpoint: Name,
  model: Name,
  version: Type.Integer(),
  windowStart: Time,
  windowEnd: Time,
  referenceRows: Type.Integer(),
  currentRows: Type.Integer(),
  columns: Type.Array(ColumnDrift),
  driftedColumns: Type.Integer(),
  driftedShare: Type.Number(),
  /** The size-aware decision over all columns. */
  drifted: Type.Boolean(),
  /** One sentence a person can read. */
  summary: Type.String(),
  peer: Type.Object({
    name: Type.String(),
    driftedColumns: Type.Integer(),
    share: Type.Number(),
    shareThreshold: Type.Number(),
    drifted: Type.Boolean(),
    summary: Type.String(),
  }),
  /** On labels, where there are any: at training, and those that came since the last look. */
  qualityReference: Type.Optional(Quality),
  qualityCurrent: Type.Optional(Quality),
  /** Evidence, over all labels of the version so far, that it does worse than it promised; from `threshold` on it is harm. */
  harm: Type.Optional(
    Type.Object({
      metric: Type.String(),
      evidence: Type.Number(),
      threshold: Type.Number(),
      harmful: Type.Boolean(),
      summary: Type.String(),
    }),
  ),
  alarm: Type.Optional(Id),
  createdAt: Time,
})
export type DriftReport = Static<typeof DriftReport>

export const AlarmState = Type.Enum(['open', 'acknowledged', 'resolved'])

export const Alarm = Type.Object({
  id: Id,
  monitor: Name,
  endpoint: Name,
  kind: Type.Union([Type.Literal('drift'), Type.Literal('harm')]),
  state: AlarmState,
  summary: Type.String(),
  report: Id,
  openedAt: Time,
  resolvedAt: Type.Optional(Time),
  resolvedBy: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  deliveries: Type.Array(
    Type.Object({
      url: Type.String(),
      status: Type.Integer(),
      attempts: Type.Integer(),
      time: Time,
    }),
  ),
})
export type Alarm = Static<typeof Alarm>

export const Monitor = Type.Object({
  name: Name,
  endpoint: Name,
  /** Rows of one window. */
  windowRows: Type.Integer({ minimum: 20 }),
  /** The error budget: one false alarm in so many days. */
  falseAlarmDays: Type.Number({ exclusiveMinimum: 0 }),
  /** The peer's share of drifted columns at which it calls a dataset drifted. */
  shareThreshold: Type.Number({ minimum: 0, maximum: 1 }),
  webhooks: Type.Array(Type.String()),
  /** Logged predictions since the last window. */
  waiting: Type.Integer(),
  last: Type.Optional(DriftReport),
  openAlarms: Type.Integer(),
  /** Why the last look failed, where it did. */
  problem: Type.Optional(Type.String()),
  createdAt: Time,
})
export type Monitor = Static<typeof Monitor>
