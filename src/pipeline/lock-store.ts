import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { explainFullDisk } from '#contract/error'
import { emptyLock, lockText, readLock, type LockFile } from './definition/lock-file.ts'
import type { LockedStage, Stage } from './model.ts'
import { readText } from './repository.ts'

/** The dvc.lock files of a repository, one beside each dvc.yaml. */
export interface LockStore {
  get(stage: Pick<Stage, 'file' | 'name'>): LockedStage | undefined
  /** Replaces the entry of one stage and the file as a whole; an equal entry writes nothing. */
  set(stage: Pick<Stage, 'file' | 'name'>, locked: LockedStage): void
  /** Waits for the disk, for what was written since it last was: a lost machine then keeps it too. */
  settle(): void
  /** Forgets a stage; a file that held nothing else goes too. */
  remove(stage: Pick<Stage, 'file' | 'name'>): void
}

// Whoever kills the process finds every entry in the file; the disk is waited for this often, and at the end. Each wait takes from
// 1 ms to 10, where a short stage takes 5; what a lost machine loses of that time is still among the runs.
const waitEveryMs = 200

interface Loaded {
  readonly lock: LockFile
  /** How we would write it, once that was needed. */
  readonly text?: string
  /** Which state of the file that is. */
  readonly state: string
}

export function openLocks(
  root: string,
  read: (path: string) => string | undefined = (path) => readText(join(root, path)),
): LockStore {
  const locks = new Map<string, Loaded>()
  const unsettled = new Set<string>()
  let waited = -Infinity
  // a revision does not change; the work tree's file may, by a dvc that is at work beside us
  const stateOf = (file: string): string => {
    const stats = statSync(join(root, file), { throwIfNoEntry: false })
    return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : ''
  }

  function load(file: string): Loaded {
    const known = locks.get(file)
    if (known) return known
    const state = stateOf(file)
    const text = read(file) ?? ''
    const loaded = { lock: text === '' ? emptyLock : readLock(text, file), state }
    locks.set(file, loaded)
    return loaded
  }

  /** What the file says now: what others wrote since must not be lost. */
  function loadAnew(file: string): Loaded {
    const known = locks.get(file)
    if (known && known.state !== stateOf(file)) locks.delete(file)
    return load(file)
  }

  return {
    get: (stage) => load(lockOf(stage.file)).lock.stages.get(stage.name),
    set(stage, locked) {
      const file = lockOf(stage.file)
      const { lock, text: known, state } = loadAnew(file)
      const before = known ?? lockText(lock)
      const next: LockFile = { ...lock, stages: new Map([...lock.stages, [stage.name, locked]]) }
      const text = lockText(next)
      if (text !== before) {
        const now = performance.now()
        const wait = now - waited > waitEveryMs
        replaceFile(join(root, file), text, wait)
        if (wait) waited = now
        else unsettled.add(file)
      }
      locks.set(file, { lock: next, text, state: text === before ? state : stateOf(file) })
    },
    settle() {
      for (const file of unsettled) {
        if (!existsSync(join(root, file))) continue
        const handle = openSync(join(root, file), 'r')
        try {
          fsyncSync(handle)
        } finally {
          closeSync(handle)
        }
      }
      unsettled.clear()
    },
    remove(stage) {
      const file = lockOf(stage.file)
      const { lock } = loadAnew(file)
      if (!lock.stages.has(stage.name)) return
      const next = {
        ...lock,
        stages: new Map([...lock.stages].filter(([name]) => name !== stage.name)),
      }
      if (next.stages.size === 0 && next.rest.size === 0) rmSync(join(root, file), { force: true })
      else replaceFile(join(root, file), lockText(next))
      locks.set(file, { lock: next, state: stateOf(file) })
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
export function replaceFile(file: string, text: string, wait = true): void {
  const temporary = join(dirname(file), `.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const handle = openSync(temporary, 'wx')
    try {
      writeFileSync(handle, text)
      if (wait) fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw explainFullDisk(error, file)
  }
}
