import type { Entry } from '../model.ts'

/**
 * One attempt of a stage, with all that an executor on another machine needs to know: paths are relative to the root of whatever
 * tree it works in, and what the commands read is named by digest. Nothing in it is a place on this machine's disk.
 */
export interface StageTask {
  readonly stage: string
  /** Command lines, run one after another until one fails. */
  readonly commands: readonly string[]
  /** The working folder; absolute where the stage says so. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly inputs: readonly TaskInput[]
  /** Paths that the commands make. */
  readonly outputs: readonly string[]
}

export interface TaskInput {
  readonly path: string
  /** `.dir` behind it for a folder. */
  readonly md5: string
  readonly isexec?: boolean
}

/** What an attempt has on the side that asks for it. */
export interface TaskContext {
  /** A file that gets what the commands print, while they print it. */
  readonly log: string
  /** Where to note the process, so that a later run can end what a killed one left behind. */
  readonly mark: string
  /** Address of the objects that inputs are taken from and outputs are kept in: a folder in the layout of DVC's cache. */
  readonly objects: string
  /** Aborting it ends the task with all its processes. */
  readonly signal?: AbortSignal
  readonly onOutput?: (text: string) => void
  /** Hears now and then what the task uses; of one that ends at once never. */
  readonly onSample?: (sample: ResourceSample) => void
  /** Watches what the commands read; an executor that works elsewhere leaves it alone. */
  readonly tracer?: Tracer
}

/** What an attempt used; peaks are sampled, so a process of a few milliseconds may be missed in them. */
export interface ResourceRecord {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakRssBytes: number
  readonly readBytes: number
  readonly writtenBytes: number
}

/** What a task uses at a moment. */
export interface ResourceSample {
  /** Since it began. */
  readonly seconds: number
  /** Used so far. */
  readonly cpuSeconds: number
  /** Held by all its processes together; what several share counts for each. */
  readonly rssBytes: number
}

export interface StageResult {
  /** 128 and the signal's number for a command ended by a signal. */
  readonly exitCode: number
  readonly cancelled: boolean
  readonly resources: ResourceRecord
  /** What the task made, in the objects; absent when it worked in the repository's own tree. Paths that it did not make are missing. */
  readonly outputs?: readonly Entry[]
}

/** Runs the commands of one stage to their end, wherever that is. */
export interface Executor {
  /** Whether every input must be in the objects before. */
  readonly byDigest: boolean
  /** Resolves when no process of the task is left. */
  run(task: StageTask, context: TaskContext): Promise<StageResult>
}

/** Notes which files a task reads. */
export interface Tracer {
  /** Called when nothing of the task runs yet. */
  begin(): void
  /** The command to start in place of one. */
  wrap(argv: readonly string[]): readonly string[]
  /** Called when all has ended. */
  end(): Traced
}

export interface Traced {
  /** How it was found out. */
  readonly how: 'strace' | 'access times'
  /** Files that were read and that the task itself did not make first, each by the absolute paths it goes by: links have several. */
  readonly read: readonly (readonly string[])[]
}
