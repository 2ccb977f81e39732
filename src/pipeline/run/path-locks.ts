import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { TidemillError } from '#contract/error'

/** Absolute paths that somebody reads and writes. */
export interface PathUse {
  readonly read: readonly string[]
  readonly write: readonly string[]
}

interface User {
  readonly pid: number
  readonly cmd: string
}

interface PathLocks {
  readonly read: Readonly<Record<string, readonly User[]>>
  readonly write: Readonly<Record<string, User>>
}

const us: User = { pid: process.pid, cmd: 'tidemill' }

/**
 * Notes in `.dvc/tmp/rwlock`, where every `dvc` looks, what a command reads and writes while the repository's own lock is let go.
 * To be called with that lock held, and `refuseUse` before.
 */
export function takePaths(file: string, use: PathUse): void {
  const locks = readLocks(file)
  const read: Record<string, readonly User[]> = { ...locks.read }
  for (const path of use.read) {
    const others = (read[path] ?? []).filter((user) => user.pid !== us.pid)
    read[path] = [...others, us]
  }
  const write = { ...locks.write, ...Object.fromEntries(use.write.map((path) => [path, us])) }
  writeLocks(file, { read, write })
}

/** Errors: `pipeline_locked` when a live process writes at these paths, or reads where this one writes. */
export function refuseUse(file: string, use: PathUse): void {
  const locks = readLocks(file)
  for (const path of [...use.read, ...use.write]) refuse(locks.write, path)
  for (const path of use.write) refuse(locks.read, path)
}

/** Takes the note away. `still` is what other commands of this process use. */
export function leavePaths(file: string, still: readonly PathUse[]): void {
  const locks = readLocks(file)
  const reading = new Set(still.flatMap((use) => use.read))
  const writing = new Set(still.flatMap((use) => use.write))
  const read = Object.entries(locks.read).flatMap(([path, users]) => {
    const left = users.filter((user) => user.pid !== us.pid || reading.has(path))
    return left.length === 0 ? [] : [[path, left] as const]
  })
  const write = Object.entries(locks.write).filter(
    ([path, user]) => user.pid !== us.pid || writing.has(path),
  )
  writeLocks(file, { read: Object.fromEntries(read), write: Object.fromEntries(write) })
}

/** Errors: `pipeline_locked` when a live process of DVC writes anything in the repository. */
export function refuseWriters(file: string): void {
  const [path] = Object.keys(readLocks(file).write)
  if (path !== undefined) refuse(readLocks(file).write, path)
}

function refuse(locks: Readonly<Record<string, User | readonly User[]>>, path: string): void {
  for (const [other, users] of Object.entries(locks)) {
    if (!overlap(path, other)) continue
    const blocker = [users].flat().find((user) => user.pid !== us.pid)
    if (blocker) throw new TidemillError('pipeline_locked', { path, pid: String(blocker.pid) })
  }
}

function overlap(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)
}

/** What live processes hold; what dead ones left is passed over, as DVC does. */
function readLocks(file: string): PathLocks {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return { read: {}, write: {} }
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { read: {}, write: {} }
  }
  const read = entriesOf(value, 'read').flatMap(([path, users]) => {
    const live = Array.isArray(users) ? users.filter(isLive) : []
    return live.length === 0 ? [] : [[path, live] as const]
  })
  const write = entriesOf(value, 'write').flatMap(([path, user]) =>
    isLive(user) ? [[path, user] as const] : [],
  )
  return { read: Object.fromEntries(read), write: Object.fromEntries(write) }
}

function entriesOf(value: unknown, key: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return []
  const found = Object.entries(value).find(([name]) => name === key)?.[1]
  return typeof found === 'object' && found !== null ? Object.entries(found) : []
}

function isLive(user: unknown): user is User {
  if (typeof user !== 'object' || user === null || !('pid' in user)) return false
  const pid = Number(user.pid)
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** In DVC's shape, whole or not at all; it need not outlive the machine, so the disk is not waited for. */
function writeLocks(file: string, { read, write }: PathLocks): void {
  mkdirSync(dirname(file), { recursive: true })
  const text = JSON.stringify({ ...(Object.keys(write).length === 0 ? {} : { write }), read })
  const temporary = `${file}.${process.pid}.tmp`
  writeFileSync(temporary, text)
  renameSync(temporary, file)
}
