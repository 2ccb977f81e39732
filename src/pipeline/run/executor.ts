/** One attempt of a stage, with all that an executor on another machine would need to know. */
export interface StageTask {
  readonly stage: string
  /** Command lines, run one after another until one fails. */
  readonly commands: readonly string[]
  /** Absolute path of the working folder. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Where the output of the commands goes. */
  readonly log: string
  /** Where to note the process, so that a later run can end what a killed one left behind. */
  readonly mark: string
  /** Contents the commands read, by digest and path from the root. */
  readonly inputs: readonly { readonly path: string; readonly md5: string }[]
  /** Paths from the root that the commands make. */
  readonly outputs: readonly string[]
}

/** What an attempt used; peaks are sampled, so a process of a few milliseconds may be missed in them. */
export interface ResourceRecord {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakRssBytes: number
  readonly readBytes: number
  readonly writtenBytes: number
}

export interface StageResult {
  /** 128 and the signal's number for a command ended by a signal. */
  readonly exitCode: number
  readonly cancelled: boolean
  readonly resources: ResourceRecord
}

/** Runs the commands of one stage to their end, wherever that is. */
export interface Executor {
  /** Resolves when no process of the task is left. Aborting `signal` ends them all. */
  run(
    task: StageTask,
    options: { readonly signal?: AbortSignal; readonly onOutput?: (text: string) => void },
  ): Promise<StageResult>
}
