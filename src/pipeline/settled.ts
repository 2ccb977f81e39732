// Nothing but Node's own modules here: this is all that is loaded when there is nothing to do.
import { hash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

interface Note {
  readonly format: 1
  /** The user's folder in the repository: it decides which stages a run is of. */
  readonly folder: string
  /** Declared variables with digests of their values. */
  readonly env: readonly (readonly [string, string])[]
  readonly paths: readonly string[]
  readonly stamps: readonly string[]
}

/** What was looked at, and when that began. */
interface Look {
  readonly root: string
  readonly folder: string
  readonly readAt: number
}

/** Times of files advance in steps of the kernel's tick, at most 10 ms. */
const clockGrainMs = 20

/**
 * Whether a plain `repro` in this folder has nothing to do, by the entries of everything that the last one looked at when it had
 * nothing to do: pipeline files, parameters, folders that could hold more of them, dependencies, outputs, objects. `false` says
 * nothing: then it is looked at in earnest.
 */
export function isSettled(folder: string, env: NodeJS.ProcessEnv = process.env): boolean {
  const root = rootOf(folder)
  if (root === undefined) return false
  const own = join(root, '.dvc', 'tmp', 'tidemill')
  try {
    const note = JSON.parse(readFileSync(join(own, 'settled'), 'utf8')) as Note
    return (
      note.format === 1 &&
      note.folder === relative(root, resolve(folder)) &&
      !leftRunning(own) &&
      note.env.every(([name, value]) => digestOf(env[name]) === value) &&
      note.paths.every((path, index) => stampOf(resolve(root, path)) === note.stamps[index])
    )
  } catch {
    return false
  }
}

/**
 * Notes that there is nothing to do, unless an entry may have changed since it was begun to look: what was looked at would not be what
 * is noted.
 */
export function noteSettled(
  { root, folder, readAt }: Look,
  paths: Iterable<string>,
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): void {
  const own = join(root, '.dvc', 'tmp', 'tidemill')
  const known = [...new Set(paths)]
  const places = known.map((path) => resolve(root, path))
  const stamps = places.map(stampOf)
  const isNew = (place: string, index: number): boolean =>
    changedAt(place, stamps[index], own) > readAt - clockGrainMs
  if (places.some(isNew)) return
  const note: Note = {
    format: 1,
    folder: relative(root, resolve(root, folder)),
    env: names.map((name) => [name, digestOf(env[name])]),
    paths: known,
    stamps,
  }
  mkdirSync(own, { recursive: true })
  const temporary = join(own, `settled.${process.pid}.tmp`)
  writeFileSync(temporary, JSON.stringify(note))
  renameSync(temporary, join(own, 'settled'))
}

/** Whether a killed run left processes that are to be ended. */
export function leftRunning(own: string): boolean {
  try {
    return readdirSync(join(own, 'running')).length > 0
  } catch {
    return false
  }
}

function rootOf(folder: string): string | undefined {
  for (let here = resolve(folder); ; here = dirname(here)) {
    if (existsSync(join(here, '.dvc'))) return here
    if (dirname(here) === here) return undefined
  }
}

/** Inode, size and times; the newest of the times last. Empty for what is not there. */
function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return ''
  const { ino, size, mode, mtimeMs, ctimeMs } = stats
  return `${ino} ${size} ${mode} ${mtimeMs} ${ctimeMs} ${Math.max(mtimeMs, ctimeMs)}`
}

/** When an entry was last changed; of one that is not there, when it may have been removed. Nothing is removed from `own`. */
function changedAt(place: string, stamp = '', own = ''): number {
  if (stamp !== '') return Number(stamp.slice(stamp.lastIndexOf(' ') + 1))
  const above = dirname(place)
  return above === own || above === place ? 0 : changedAt(above, stampOf(above), own)
}

function digestOf(value: string | undefined): string {
  return value === undefined ? 'unset' : hash('sha256', value, 'hex').slice(0, 16)
}
