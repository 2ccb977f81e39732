import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { DigestText, Id, Time } from './common.ts'

export const RunStatus = Type.Enum(['running', 'scheduled', 'finished', 'failed', 'killed'])

export const ParamValue = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

export const Experiment = Type.Object({
  id: Id,
  name: Type.String(),
  runs: Type.Integer(),
  createdAt: Time,
  lastRunAt: Type.Optional(Time),
  /** Since when it is hidden. */
  removedAt: Type.Optional(Time),
  /** Where its runs keep their files, when that is not here. */
  artifactRoot: Type.Optional(Type.String()),
  tags: Type.Record(Type.String(), Type.String()),
})
export type Experiment = Static<typeof Experiment>

/** What of a run's code was not in its commit. */
export const Uncommitted = Type.Object({
  /** The patch against the commit, which is among the files of the run; absent where nothing could be kept. */
  digest: Type.Optional(DigestText),
  /** Whether all is in it that differed of the files of the commit. */
  whole: Type.Boolean(),
  /** Files that are not in it, the first hundred: too large, or such as may hold secrets. */
  left: Type.Array(Type.String()),
  /** Why they are not. */
  why: Type.Optional(Type.Record(Type.String(), Type.String())),
})
export type Uncommitted = Static<typeof Uncommitted>

const recordedSource = {
  /** Commit of the code, with `+dirty` where files differed from it. */
  code: Type.Optional(Type.String()),
  entry: Type.Optional(Type.String()),
  uncommitted: Type.Optional(Uncommitted),
  /** The command with its arguments, which makes it again. */
  command: Type.Optional(Type.Array(Type.String())),
  /** Where the command ran, below the root of the repository. */
  folder: Type.Optional(Type.String()),
  dataset: Type.Optional(Type.String()),
  datasetVersion: Type.Optional(Type.Integer()),
  dataDigest: Type.Optional(Type.String()),
  environment: Type.Optional(Type.Record(Type.String(), Type.String())),
  pipelineStage: Type.Optional(Type.String()),
}

/** What whoever makes a run says it is made from. */
export const RecordedSource = Type.Object(recordedSource)

/** What a run was made from: enough to make it again. */
export const RunSource = Type.Object({
  ...recordedSource,
  /** The script that MLflow's client named when it made the run. */
  script: Type.Optional(
    Type.Object({
      name: Type.String(),
      type: Type.String(),
      commit: Type.Optional(Type.String()),
      arguments: Type.Optional(Type.Array(Type.String())),
    }),
  ),
  /** The run whose script the server ran to make this one: what may be run again is what that one says. */
  again: Type.Optional(Id),
  /**
   * What of it may be run here again: said by the server, from what all may do who recorded its source and params. Nothing is said of
   * runs that were recorded before it was.
   */
  rerun: Type.Optional(Type.Enum(['none', 'stages', 'commands'])),
})
export type RunSource = Static<typeof RunSource>

export const Run = Type.Object({
  id: Id,
  experiment: Type.String(),
  experimentId: Id,
  name: Type.String(),
  status: RunStatus,
  startedAt: Time,
  endedAt: Type.Optional(Time),
  /** Since when it is hidden. */
  removedAt: Type.Optional(Time),
  /** Where its files are, when that is not where its experiment keeps them. */
  artifactRoot: Type.Optional(Type.String()),
  user: Type.String(),
  params: Type.Record(Type.String(), Type.String()),
  /** The latest value of each metric. */
  metrics: Type.Record(Type.String(), Type.Number()),
  tags: Type.Record(Type.String(), Type.String()),
  source: RunSource,
})
export type Run = Static<typeof Run>

export const MetricPoint = Type.Object({
  key: Type.String(),
  value: Type.Number(),
  step: Type.Integer(),
  time: Time,
})

/** Of all points of a metric; NaN and the infinities are left out. */
export const MetricRange = Type.Object({
  key: Type.String(),
  least: Type.Number(),
  greatest: Type.Number(),
})
export type MetricRange = Static<typeof MetricRange>

export const Artifact = Type.Object({
  path: Type.String(),
  digest: DigestText,
  size: Type.Integer(),
})
export type Artifact = Static<typeof Artifact>
