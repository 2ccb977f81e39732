import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs'
import { join } from 'node:path'
import type { FileState } from '../../files/file-state.ts'
import type { Tracer } from '../executor.ts'

/** A time that no file was read at. */
const longAgo = 86_400

/** Whether reading a file in this folder moves its access time, once that lies behind: not where a disk is mounted with `noatime`. */
export function accessTimesWork(folder: string): boolean {
  const probe = join(folder, `atime-${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(probe, 'x')
    if (!resetTimes([probe])) return false
    readFileSync(probe)
    return statSync(probe).atimeMs > longAgo * 1000
  } catch {
    return false
  } finally {
    rmSync(probe, { force: true })
  }
}

/**
 * Sets the access times of all files of a tree far back before a task and looks which moved. Needs nothing but touch(1) and a disk
 * that keeps access times; sees neither files outside the tree nor who read: nothing else may read there meanwhile.
 */
export function accessTimeTracer(root: string, state: FileState): Tracer {
  let before = new Map<string, string>()
  return {
    begin() {
      const files = filesBelow(root)
      const known = files.flatMap((file) => {
        const stats = statSync(join(root, file), { throwIfNoEntry: false })
        return stats ? [{ file, stats, md5: state.md5(file, stats) }] : []
      })
      resetTimes(files.map((file) => join(root, file)))
      before = new Map()
      for (const { file, stats, md5 } of known) {
        const now = statSync(join(root, file), { throwIfNoEntry: false })
        if (!now || now.atimeMs > longAgo * 1000) continue
        before.set(file, inodeOf(now))
        // setting a time is a change of the file's entry: what was known of its content still holds
        const same = now.ino === stats.ino && now.size === stats.size
        if (same && md5 !== undefined && now.mtimeMs === stats.mtimeMs)
          state.remember(file, now, md5, Infinity)
      }
    },
    wrap: (argv) => argv,
    end() {
      // by which of its names a file was read, its time does not say
      const read = new Map<string, string[]>()
      for (const [file, inode] of before) {
        const stats = statSync(join(root, file), { throwIfNoEntry: false })
        if (!stats || inodeOf(stats) !== inode || stats.atimeMs <= longAgo * 1000) continue
        read.set(inode, [...(read.get(inode) ?? []), join(root, file)])
      }
      return { how: 'access times', read: [...read.values()] }
    },
  }
}

/** Only the access time: a changed time of writing would look like a changed file to DVC. */
function resetTimes(files: readonly string[]): boolean {
  for (let start = 0; start < files.length; start += 500) {
    const part = files.slice(start, start + 500)
    const done = spawnSync('touch', ['-a', '-c', '-d', `@${longAgo}`, '--', ...part])
    if (done.error) return false
  }
  return true
}

function filesBelow(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (path === '.git' || path === '.dvc') return []
    if (entry.isDirectory()) return filesBelow(root, path)
    const isLink = entry.isSymbolicLink()
    return entry.isFile() || (isLink && leadsToFile(join(root, path))) ? [path] : []
  })
}

function leadsToFile(link: string): boolean {
  try {
    return statSync(link).isFile()
  } catch {
    return false
  }
}

function inodeOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`
}
