import type { Plain } from './values/plain.ts'

export type ChangeState = 'new' | 'modified' | 'deleted' | 'not in cache' | 'not declared'

/** Why a stage is not up to date. `old` is what was recorded, `new` what is there now; `null` for nothing. */
export interface Reason {
  readonly kind:
    | 'dep'
    | 'param'
    | 'cmd'
    | 'out'
    | 'env'
    | 'wdir'
    | 'lock-missing'
    | 'always'
    | 'forced'
    | 'upstream'
  /**
   * The file; for a parameter `file:key`; for the command and the working folder the stage; for `env` the variable; for `upstream`
   * the file that a stage before will make.
   */
  readonly path: string
  readonly old: Plain
  readonly new: Plain
  readonly state?: ChangeState
  /** Of an output that did not follow Git to HEAD, what it is behind. */
  readonly outdated?: OutdatedBy
}

export interface OutdatedBy {
  /** A commit that recorded what lies there, shortened. */
  readonly commit: string
  /** The `.dvc` file or lock that records something else by now, from the root. */
  readonly file: string
}
