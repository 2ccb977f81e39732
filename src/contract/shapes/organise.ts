import type { Static, TSchema } from 'typebox'
import { Type } from '../type.ts'
import { Id, Time } from './common.ts'
import { Experiment } from './run.ts'

export const ExperimentName = Type.String({ minLength: 1, maxLength: 500 })

/** A folder's path, names with `/` between them; the empty text is the uppermost. */
export const FolderPath = Type.String({ maxLength: 500, description: 'For example team/vision' })

/** What is in a folder and below it. */
export const Folder = Type.Object({
  path: FolderPath,
  /** The last part of the path. */
  name: Type.String(),
  /** The folder it is in; the uppermost folder has none. */
  parent: FolderPath,
  experiments: Type.Integer(),
  runs: Type.Integer(),
  lastRunAt: Type.Optional(Time),
})
export type Folder = Static<typeof Folder>

/** Experiments by the folders that their names put them in: each folder after the one it is in, in the order of names. */
export const ExperimentTree = Type.Object({
  folders: Type.Array(Folder),
  experiments: Type.Array(Type.Object({ ...Experiment.properties, folder: FolderPath })),
})
export type ExperimentTree = Static<typeof ExperimentTree>

export const RunIds = Type.Array(Id, { minItems: 1, maxItems: 10_000 })

export const Hidden = Type.Optional(
  Type.Enum(['without', 'only', 'with'], {
    description: 'What is hidden: left out (unless said), alone, or as well',
  }),
)

const Bytes = { objects: Type.Integer(), bytes: Type.Integer() }

export const GarbageReport = Type.Object({
  dry: Type.Boolean(),
  runs: Type.Integer(),
  models: Type.Integer(),
  /** Experiments whose names are free again. */
  experiments: Type.Array(Type.String()),
  ...Bytes,
  /** Stored so recently that they may be about to be recorded; the next time takes them. */
  waiting: Type.Object(Bytes),
  /** Runs and logged models that were removed, but that a registered version needs. */
  kept: Type.Array(Type.String()),
})
export type GarbageReport = Static<typeof GarbageReport>

function pair<T extends TSchema>(value: T) {
  return Type.Array(
    Type.Object({ key: Type.String(), before: Type.Optional(value), after: Type.Optional(value) }),
  )
}

/** A run that makes another one again, beside it. */
export const Rerun = Type.Object({
  run: Id,
  of: Id,
  metrics: pair(Type.Number()),
  /** Those that differ. */
  params: pair(Type.String()),
})
export type Rerun = Static<typeof Rerun>
