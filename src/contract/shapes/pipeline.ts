import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Time } from './common.ts'

/** A stage, group, dvc.yaml, experiment or revision, as the command line takes it. */
export const Target = Type.String({
  minLength: 1,
  maxLength: 1000,
  // what begins with a dash would be an option to Git
  pattern: '^[^-\\u0000-\\u001f][^\\u0000-\\u001f]*$',
})

export const StageReason = Type.Object({
  kind: Type.String(),
  path: Type.String(),
  summary: Type.String(),
})
export type StageReason = Static<typeof StageReason>

export const StageAction = Type.Enum(['run', 'skip', 'restore'])

/** What becomes of a stage in the run that is under way, whoever makes it, or became of it in the last one. */
export const StageLive = Type.Enum(['running', 'ran', 'restored', 'unchanged', 'failed'])

export const GraphStage = Type.Object({
  name: Type.String(),
  /** Its dvc.yaml. */
  file: Type.String(),
  /** Whose `foreach` or `matrix` made it. */
  group: Type.Optional(Type.String()),
  command: Type.String(),
  needs: Type.Array(Type.String()),
  deps: Type.Array(Type.String()),
  outs: Type.Array(Type.String()),
  frozen: Type.Boolean(),
  action: StageAction,
  reasons: Type.Array(StageReason),
  live: Type.Optional(StageLive),
  /** Of the newest run here that came to its end. */
  seconds: Type.Optional(Type.Number()),
})
export type GraphStage = Static<typeof GraphStage>

export const PlannedStage = Type.Object({
  stage: Type.String(),
  action: StageAction,
  reasons: Type.Array(StageReason),
})
export type PlannedStage = Static<typeof PlannedStage>

export const StageFile = Type.Object({
  path: Type.String(),
  kind: Type.String(),
  /** As recorded in dvc.lock. */
  digest: Type.Optional(Type.String()),
  size: Type.Optional(Type.Number()),
  files: Type.Optional(Type.Number()),
  /** Who makes it. */
  from: Type.Optional(Type.String()),
})
export type StageFile = Static<typeof StageFile>

/** `restored`: its outputs and its log came from an equal run. `killed`: whoever ran it was gone before it ended. */
export const AttemptState = Type.Enum([
  'running',
  'done',
  'failed',
  'cancelled',
  'timed out',
  'restored',
  'killed',
])
export type AttemptState = Static<typeof AttemptState>

export const StageAttempt = Type.Object({
  id: Type.String(),
  state: AttemptState,
  startedAt: Type.Number(),
  exitCode: Type.Optional(Type.Integer()),
  /** Absent while it runs, and of one that was killed; of one that was restored those of the run it came from. */
  resources: Type.Optional(
    Type.Object({
      wallSeconds: Type.Number(),
      cpuSeconds: Type.Number(),
      peakRssBytes: Type.Number(),
      readBytes: Type.Number(),
      writtenBytes: Type.Number(),
    }),
  ),
})
export type StageAttempt = Static<typeof StageAttempt>

/** A log, its last part where it is long. */
export const LogText = Type.Object({
  text: Type.String(),
  /** Of the whole. */
  bytes: Type.Integer(),
  running: Type.Boolean(),
})

/** What an attempt used at a moment of its run. */
export const AttemptUse = Type.Object({
  /** Since it began. */
  seconds: Type.Number(),
  /** Busy since the moment before, on the average. */
  cores: Type.Number(),
  rssBytes: Type.Number(),
})
export type AttemptUse = Static<typeof AttemptUse>

/** The middle of what is expected, and where nine of ten runs end. */
const Expected = Type.Object({ median: Type.Number(), low: Type.Number(), high: Type.Number() })

/** What a run will take, by the last runs of its stages. */
export const RunForecast = Type.Object({
  seconds: Expected,
  /** Of all stages that run at the same time together. */
  memoryBytes: Expected,
  /** Stages that never ran here: they count for nothing in the numbers. */
  unknown: Type.Array(Type.String()),
})
export type RunForecast = Static<typeof RunForecast>

/** A commit that records another run of a stage. */
export const StageRecord = Type.Object({
  commit: Type.String(),
  time: Time,
  author: Type.String(),
  subject: Type.String(),
  /** What is other than in the commit before: `command`, a dependency, a `file:key`, an output. */
  changed: Type.Array(Type.String()),
})
export type StageRecord = Static<typeof StageRecord>

export const StageDetails = Type.Object({
  stage: GraphStage,
  wdir: Type.String(),
  description: Type.Optional(Type.String()),
  deps: Type.Array(StageFile),
  outs: Type.Array(StageFile),
  params: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.Unknown(),
      recorded: Type.Unknown(),
    }),
  ),
  attempts: Type.Array(StageAttempt),
  history: Type.Array(StageRecord),
})
export type StageDetails = Static<typeof StageDetails>

export const Revision = Type.Object({
  name: Type.String(),
  kind: Type.Enum(['workspace', 'branch', 'tag', 'experiment', 'commit']),
  commit: Type.Optional(Type.String()),
  time: Type.Optional(Time),
  subject: Type.Optional(Type.String()),
})
export type Revision = Static<typeof Revision>

/** The work tree, a commit, or an experiment on one. */
export const PipelineExperiment = Type.Object({
  rev: Type.String(),
  name: Type.Optional(Type.String()),
  baseline: Type.Optional(Type.String()),
  /** Of one that is kept: names it alone, where several have one name or one commit. */
  ref: Type.Optional(Type.String()),
  time: Type.Optional(Type.String()),
  params: Type.Record(Type.String(), Type.Unknown()),
  metrics: Type.Record(Type.String(), Type.Unknown()),
  /** Of one that waits, runs, or came to nothing; what is done has none. */
  state: Type.Optional(Type.Enum(['queued', 'running', 'failed', 'killed'])),
  /** Its number in the queue, where it went through that: its log goes by it. */
  queueId: Type.Optional(Type.String()),
  /** Why it failed. */
  problem: Type.Optional(Type.String()),
  /** Why it could not be read. */
  error: Type.Optional(Type.String()),
  /** The run in tracking that it is kept as. */
  run: Type.Optional(Type.String()),
})
export type PipelineExperiment = Static<typeof PipelineExperiment>

/** A commit that experiments start from. */
export const ExperimentBaseline = Type.Object({
  rev: Type.String(),
  subject: Type.String(),
  time: Time,
  experiments: Type.Integer(),
})
export type ExperimentBaseline = Static<typeof ExperimentBaseline>

/** How the queue of experiments stands. */
export const QueueStanding = Type.Object({
  worked: Type.Boolean(),
  /** It takes nothing more, and ends when what runs has ended. */
  stopping: Type.Boolean(),
  waiting: Type.Integer(),
  running: Type.Integer(),
})
export type QueueStanding = Static<typeof QueueStanding>

const DataState = Type.Object({
  md5: Type.String(),
  size: Type.Number(),
  files: Type.Number(),
})

export const DataFileChange = Type.Object({
  path: Type.String(),
  change: Type.Enum(['added', 'deleted', 'modified', 'renamed']),
  from: Type.Optional(Type.String()),
  old: Type.Optional(Type.String()),
  new: Type.Optional(Type.String()),
})
export type DataFileChange = Static<typeof DataFileChange>

export const DataVersionChange = Type.Object({
  path: Type.String(),
  change: Type.Enum(['added', 'deleted', 'modified']),
  old: Type.Optional(DataState),
  new: Type.Optional(DataState),
  files: Type.Array(DataFileChange),
  /** How many files differ; `files` holds the first of them. */
  count: Type.Integer(),
  incomplete: Type.Boolean(),
})
export type DataVersionChange = Static<typeof DataVersionChange>

export const TableChange = Type.Object({
  rows: Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 }),
  columnsAdded: Type.Array(Type.String()),
  columnsRemoved: Type.Array(Type.String()),
  columnsChanged: Type.Array(Type.Object({ name: Type.String(), cells: Type.Integer() })),
})
export type TableChange = Static<typeof TableChange>

const Amount = Type.Object({ objects: Type.Integer(), bytes: Type.Number() })

export const StorageUse = Type.Object({
  folder: Type.String(),
  total: Amount,
  /** What neither the work tree nor any commit or experiment records; absent where not every commit is here and can be read. */
  unused: Type.Optional(Amount),
  /** What the default remote does not have; absent where there is none that can be asked. */
  onlyHere: Type.Optional(Amount),
  runs: Type.Integer(),
  /** Recorded outputs by size, the largest first. */
  outputs: Type.Array(
    Type.Object({
      path: Type.String(),
      size: Type.Number(),
      files: Type.Integer(),
      here: Type.Boolean(),
      onRemote: Type.Optional(Type.Boolean()),
    }),
  ),
  remotes: Type.Array(
    Type.Object({
      name: Type.String(),
      url: Type.String(),
      default: Type.Boolean(),
      /** Absent for one that cannot be asked. */
      stored: Type.Optional(Type.Integer()),
      problem: Type.Optional(Type.String()),
    }),
  ),
})
export type StorageUse = Static<typeof StorageUse>
