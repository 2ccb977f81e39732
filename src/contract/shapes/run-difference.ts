import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Id, Time } from './common.ts'
import { Measured } from './run-table.ts'

/** A thing that is not the same in two runs; absent on the side that has none of it. */
const Changed = Type.Object({
  name: Type.String(),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
})

const RunBrief = Type.Object({
  id: Id,
  name: Type.String(),
  experiment: Type.String(),
  startedAt: Time,
})

export const FileDiff = Type.Object({
  path: Type.String(),
  /** The name before, of a file that was renamed. */
  from: Type.Optional(Type.String()),
  change: Type.Enum(['added', 'removed', 'changed', 'renamed', 'binary']),
  linesAdded: Type.Integer(),
  linesRemoved: Type.Integer(),
  hunks: Type.Array(
    Type.Object({
      /** Where, as git says it: `@@ -1,4 +1,5 @@ function`. */
      header: Type.String(),
      lines: Type.Array(Type.String({ description: 'With its mark: " ", "-" or "+"' })),
    }),
  ),
})
export type FileDiff = Static<typeof FileDiff>

const DatasetDiff = Type.Object({
  name: Type.String(),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
  /** Of rows, whatever their order; absent where the rows cannot be read here. */
  rows: Type.Optional(
    Type.Object({
      same: Type.Integer(),
      added: Type.Integer(),
      removed: Type.Integer(),
      changed: Type.Integer(),
      columns: Type.Array(
        Type.Object({ name: Type.String(), cells: Type.Integer(), change: Type.String() }),
      ),
    }),
  ),
})

export const Cause = Type.Enum(['code', 'params', 'data', 'environment', 'seed'])
export type Cause = Static<typeof Cause>

/** Why two runs of the same thing came to different metrics: all that is recorded and is not the same. */
export const RunDifference = Type.Object({
  from: RunBrief,
  to: RunBrief,
  metrics: Type.Array(
    Type.Object({
      name: Type.String(),
      from: Type.Optional(Measured),
      to: Type.Optional(Measured),
      difference: Type.Optional(Measured),
    }),
  ),
  /** What differs, and so could be why. */
  causes: Type.Array(Cause),
  /** A sentence a cause, or one that says that nothing recorded differs. */
  summary: Type.Array(Type.String()),
  code: Type.Object({
    from: Type.Optional(Type.String()),
    to: Type.Optional(Type.String()),
    files: Type.Array(FileDiff),
    /** What cannot be said of the code, and why. */
    problem: Type.Optional(Type.String()),
  }),
  params: Type.Array(Changed),
  seeds: Type.Array(Changed),
  data: Type.Object({
    datasets: Type.Array(DatasetDiff),
    /** Files that DVC tracks, at the two commits. */
    files: Type.Array(Type.Object({ path: Type.String(), change: Type.String() })),
  }),
  environment: Type.Array(Changed),
  packages: Type.Array(Changed),
  /** Re-runs that share a metric's change out among the causes; absent where nothing differs or there is no pipeline. */
  attribution: Type.Optional(
    Type.Object({
      /** The two sides, as `pipeline.attribute` takes them. */
      from: Type.String(),
      to: Type.String(),
      /** The newest one that was made of the two. */
      made: Type.Optional(Type.Object({ id: Id, time: Time })),
      /** Why the pipeline cannot run what would tell them apart. */
      problem: Type.Optional(Type.String()),
    }),
  ),
})
export type RunDifference = Static<typeof RunDifference>
