import type { Hashed } from './hash-file.ts'
import type { FileToHash } from './hash-many.ts'
import type { Manifest } from './manifest.ts'
import type { Threads } from './threads.ts'

/** What lies at a path now. */
export interface Content {
  /** As in dvc.lock: 32 hex digits, `.dir` behind them for a folder. */
  readonly md5: string
  readonly size: number
  readonly nfiles?: number
  readonly isexec?: true
  readonly manifest?: Manifest
  /** Files of the folder that are links: kept as the files they point to. */
  readonly linked?: readonly string[]
}

/** The MD5 of each file, in the order given. */
export type ReadFiles = (
  files: readonly FileToHash[],
  threads: Threads,
) => Promise<readonly Hashed[]>
