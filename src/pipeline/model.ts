import type { Value, ValueMap } from './values/value.ts'

export type OutputKind = 'out' | 'metric' | 'plot'

/** A file or folder that a stage or a `.dvc` file makes. */
export interface Output {
  /** As the file says it, relative to the working folder. */
  readonly path: string
  /** Relative to the repository's root, `/` between names. */
  readonly target: string
  readonly kind: OutputKind
  readonly cache: boolean
  readonly persist: boolean
  readonly push: boolean
  readonly remote?: string
  readonly desc?: string
  readonly type?: string
  readonly labels?: readonly string[]
  readonly meta?: Value
  /** How a plot is drawn, as given. */
  readonly plot?: ValueMap
}

export interface Dependency {
  readonly path: string
  /** Relative to the root, or absolute when outside the repository. */
  readonly target: string
}

/** Parameters of one file that a stage depends on; no keys means the whole file. */
export interface ParamsDependency {
  readonly path: string
  readonly target: string
  readonly keys: readonly string[]
}

export interface Stage {
  /** How a user names it: `train`, or `sub/dvc.yaml:train` for another folder's. */
  readonly address: string
  readonly name: string
  /** The group whose `foreach` or `matrix` made it. */
  readonly group?: string
  /** Its dvc.yaml, relative to the root. */
  readonly file: string
  readonly cmd: string | readonly string[]
  /** The working folder, relative to the root; `.` is the root. */
  readonly wdir: string
  readonly deps: readonly Dependency[]
  readonly params: readonly ParamsDependency[]
  readonly outs: readonly Output[]
  readonly frozen: boolean
  readonly alwaysChanged: boolean
  readonly desc?: string
  readonly meta?: Value
}

/** A `.dvc` file: data put under version, without a command. */
export interface DataFile {
  /** How a user names it, relative to the folder they are in. */
  readonly address: string
  /** Relative to the root. */
  readonly file: string
  readonly frozen: boolean
  /** Another Git repository has the data, at a commit that the file notes. */
  readonly imported: boolean
  readonly deps: readonly Dependency[]
  readonly outs: readonly Output[]
  readonly entries: readonly Entry[]
}

/** What is recorded of one path: in dvc.lock, in a `.dvc` file, in a run-cache entry. */
export interface Entry {
  readonly path: string
  /** Absent in entries of DVC 2, whose text files were hashed with line ends converted. */
  readonly hash?: string
  /** 32 hex digits, and `.dir` for a folder. */
  readonly md5?: string
  readonly size?: number
  readonly nfiles?: number
  readonly isexec?: boolean
  /** Fields that we keep and do not use. */
  readonly rest?: ValueMap
}

export interface LockedStage {
  readonly cmd: Value
  readonly deps: readonly Entry[]
  readonly params: ReadonlyMap<string, ValueMap>
  readonly outs: readonly Entry[]
}

/** What dvc.yaml says beside its stages, paths relative to the root. */
export interface PipelineFile {
  readonly file: string
  readonly metrics: readonly string[]
  readonly params: readonly string[]
  readonly plots: readonly Value[]
  readonly artifacts: ValueMap
}

export interface Pipeline {
  /** Absolute path of the repository. */
  readonly root: string
  /** The folder the user is in, relative to the root. */
  readonly folder: string
  /** When its files began to be read. */
  readonly readAt: number
  readonly stages: readonly Stage[]
  readonly data: readonly DataFile[]
  readonly files: readonly PipelineFile[]
}
