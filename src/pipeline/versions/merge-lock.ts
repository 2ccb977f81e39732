import { lockText, readLock, type LockFile } from '../definition/lock-file.ts'
import { writeLockedStage } from '../definition/lock-file.ts'
import type { LockedStage } from '../model.ts'
import { valuesIdentical, type Value } from '../values/value.ts'
import { mergeEntries } from './three-way.ts'

export interface Merged {
  readonly text: string
  /** What both sides changed, each in another way. */
  readonly conflicts: readonly string[]
}

/**
 * Merges two versions of a dvc.lock that come from `base`, stage by stage. A stage that both sides changed in different ways keeps
 * no entry: neither side's record is true of the merged work tree, and without one the next run makes it anew. Errors:
 * `pipeline_invalid`.
 */
export function mergeLocks(base: string, ours: string, theirs: string): Merged {
  const [old, our, their] = [
    readLock(base, 'dvc.lock of the common commit'),
    readLock(ours, 'our dvc.lock'),
    readLock(theirs, 'their dvc.lock'),
  ]
  const stages = mergeEntries(old.stages, our.stages, their.stages, sameStage)
  const rest = mergeEntries<Value>(old.rest, our.rest, their.rest, valuesIdentical)
  const merged: LockFile = {
    stages: stages.merged,
    // DVC's own further keys have no run behind them: ours stay
    rest: new Map([
      ...rest.merged,
      ...[...our.rest].filter(([key]) => rest.conflicts.includes(key)),
    ]),
  }
  return { text: lockText(merged), conflicts: [...stages.conflicts, ...rest.conflicts] }
}

function sameStage(a: LockedStage, b: LockedStage): boolean {
  return valuesIdentical(writeLockedStage(a), writeLockedStage(b))
}
