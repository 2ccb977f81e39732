import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Id, Name, Time } from './common.ts'

/** Which runs of which experiments are kept. What is not kept is hidden; only `purgeAfterDays` ends it. */
export const RetentionRule = Type.Object(
  {
    /** An experiment's name; `*` stands for anything, so that `team/*` is all that is below team. */
    experiments: Type.String({ minLength: 1, maxLength: 500 }),
    /** The newest so many are kept. */
    keepLast: Type.Optional(Type.Integer({ minimum: 0 })),
    /** The best so many by a metric are kept. */
    keepBest: Type.Optional(
      Type.Object(
        {
          metric: Type.String({ minLength: 1, maxLength: 250 }),
          goal: Type.Union([Type.Literal('max'), Type.Literal('min')]),
          count: Type.Integer({ minimum: 1 }),
        },
        { additionalProperties: false },
      ),
    ),
    /** What ended later than this is kept. */
    olderThanDays: Type.Optional(Type.Number({ minimum: 0 })),
    /** What is hidden ends for good after so long; it stays hidden for ever unless said. */
    purgeAfterDays: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
)
export type RetentionRule = Static<typeof RetentionRule>

export const Retention = Type.Object({
  name: Name,
  rule: RetentionRule,
  changedAt: Time,
  changedBy: Type.String(),
  appliedAt: Type.Optional(Time),
})
export type Retention = Static<typeof Retention>

/** What a rule does, or would do, now. */
export const RetentionEffect = Type.Object({
  name: Name,
  /** How many runs it looked at. */
  looked: Type.Integer(),
  /** How many it hides. */
  hides: Type.Integer(),
  /** The first of them. */
  runs: Type.Array(
    Type.Object({ id: Id, name: Type.String(), experiment: Type.String(), startedAt: Time }),
  ),
  /** Runs it ends for good, that were hidden long enough. */
  purges: Type.Integer(),
})
export type RetentionEffect = Static<typeof RetentionEffect>
