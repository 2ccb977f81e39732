import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TidemillError } from '#contract'
import { emptyLock, lockText, readLock, type LockFile } from './definition/lock-file.ts'
import type { LockedStage, Stage } from './model.ts'
import { readText } from './repository.ts'

/** The dvc.lock files of a repository, one beside each dvc.yaml. */
export interface LockStore {
  get(stage: Pick<Stage, 'file' | 'name'>): LockedStage | undefined
  /** Replaces the entry of one stage and the file as a whole; an equal entry writes nothing. */
  set(stage: Pick<Stage, 'file' | 'name'>, locked: LockedStage): void
  /** Forgets a stage; a file that held nothing else goes too. */
  remove(stage: Pick<Stage, 'file' | 'name'>): void
}

export function openLocks(
  root: string,
  read: (path: string) => string | undefined = (path) => readText(join(root, path)),
): LockStore {
  /** `text` is how we would write the lock, once that was needed. */
  const locks = new Map<string, { lock: LockFile; text?: string }>()

  function load(file: string): { lock: LockFile; text?: string } {
    const known = locks.get(file)
    if (known) return known
    const text = read(file) ?? ''
    const loaded = { lock: text === '' ? emptyLock : readLock(text, file) }
    locks.set(file, loaded)
    return loaded
  }

  return {
    get: (stage) => load(lockOf(stage.file)).lock.stages.get(stage.name),
    set(stage, locked) {
      const file = lockOf(stage.file)
      const { lock, text: known } = load(file)
      const before = known ?? lockText(lock)
      const next: LockFile = { ...lock, stages: new Map([...lock.stages, [stage.name, locked]]) }
      const text = lockText(next)
      locks.set(file, { lock: next, text })
      if (text !== before) replaceFile(join(root, file), text)
    },
    remove(stage) {
      const file = lockOf(stage.file)
      const { lock } = load(file)
      if (!lock.stages.has(stage.name)) return
      const next = {
        ...lock,
        stages: new Map([...lock.stages].filter(([name]) => name !== stage.name)),
      }
      locks.set(file, { lock: next })
      if (next.stages.size === 0 && next.rest.size === 0) rmSync(join(root, file), { force: true })
      else replaceFile(join(root, file), lockText(next))
    },
  }
}

export function lockOf(pipelineFile: string): string {
  return join(dirname(pipelineFile), 'dvc.lock')
}

/**
 * Replaces a file as a whole: a killed process or a lost machine leaves the old or the new text. Waiting for the disk costs about
 * 0.6 ms on an SSD; these files are few, and what they say is what everything else is believed by.
 */
export function replaceFile(file: string, text: string): void {
  const temporary = join(dirname(file), `.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const handle = openSync(temporary, 'wx')
    try {
      writeFileSync(handle, text)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    const full =
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    throw full ? new TidemillError('disk_full', { what: file }, error) : error
  }
}
