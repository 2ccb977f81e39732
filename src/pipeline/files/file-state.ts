import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FileStamp } from './hash-file.ts'

interface Known {
  readonly inode: number
  readonly size: number
  readonly modified: number
  readonly changed: number
  readonly md5: string
}

/**
 * Which content a file had when its inode, size and times were these, so that what did not change is not hashed again. Losing it
 * costs time and nothing else.
 */
export interface FileState {
  md5(path: string, stats: FileStamp): string | undefined
  /** `since` is when hashing began (ms): a file touched within the clock's grain before that is not remembered. */
  remember(path: string, stats: FileStamp, md5: string, since: number): void
  save(): void
}

/** Times of files advance in steps of the kernel's tick, at most 10 ms; two writes within one look the same. */
const clockGrainMs = 20

const header = 'tidemill file state 1'

export function openFileState(file: string): FileState {
  let entries: Map<string, Known> | undefined
  let dirty = false

  const all = (): Map<string, Known> => (entries ??= load(file))

  return {
    md5(path, stats) {
      const known = all().get(path)
      if (!known || known.size !== stats.size || known.modified !== stats.mtimeMs) return undefined
      return known.inode === stats.ino && known.changed === stats.ctimeMs ? known.md5 : undefined
    },
    remember(path, stats, md5, since) {
      if (since - Math.max(stats.mtimeMs, stats.ctimeMs) < clockGrainMs) return
      dirty = true
      all().set(path, {
        inode: stats.ino,
        size: stats.size,
        modified: stats.mtimeMs,
        changed: stats.ctimeMs,
        md5,
      })
    },
    save() {
      if (!dirty || !entries) return
      dirty = false
      const lines = [header]
      for (const [path, { inode, size, modified, changed, md5 }] of entries) {
        lines.push(
          `${md5} ${inode} ${size} ${modified} ${changed} ${path.includes('\n') ? JSON.stringify(path) : path}`,
        )
      }
      const temporary = `${file}.${process.pid}.tmp`
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(temporary, `${lines.join('\n')}\n${lines.length}\n`)
      renameSync(temporary, file)
    },
  }
}

/** A file cut short or of another version is as none. */
function load(file: string): Map<string, Known> {
  const entries = new Map<string, Known>()
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return entries
  }
  const lines = text.split('\n')
  lines.pop()
  const count = Number(lines.pop())
  if (lines[0] !== header || count !== lines.length) return entries
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const a = line.indexOf(' ', 33)
    const b = line.indexOf(' ', a + 1)
    const c = line.indexOf(' ', b + 1)
    const d = line.indexOf(' ', c + 1)
    const path = line.slice(d + 1)
    entries.set(
      path.startsWith('"') && path.endsWith('"') && path.includes('\\n')
        ? String(JSON.parse(path))
        : path,
      {
        md5: line.slice(0, 32),
        inode: Number(line.slice(33, a)),
        size: Number(line.slice(a + 1, b)),
        modified: Number(line.slice(b + 1, c)),
        changed: Number(line.slice(c + 1, d)),
      },
    )
  }
  return entries
}
