import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { FileStamp } from './hash-file.ts'
import { clockGrainMs, type Prints } from './prints.ts'

interface Known {
  readonly inode: number
  readonly size: number
  readonly modified: number
  readonly changed: number
  readonly md5: string
}

/** What a folder's files make together. */
export interface FolderFacts {
  readonly md5: string
  readonly size: number
  /** Files of it that are links. */
  readonly linked: readonly string[]
}

/**
 * Which content a file had when its inode, size and times were these, so that what did not change is not hashed again. Losing it
 * costs time and nothing else.
 */
export interface FileState {
  /** Whether anything is known of a path, of now or of before. */
  knows(path: string): boolean
  md5(path: string, stats: FileStamp): string | undefined
  /** `since` is when hashing began (ms): a file touched within the clock's grain before that is not remembered. */
  remember(path: string, stats: FileStamp, md5: string, since: number): void
  /** Of folders of the work tree; the MD5 of each of the files is known too. */
  readonly folders: Prints<FolderFacts>
  /** Of a cache: which folders' objects were all there, by the folders that objects lie in. */
  readonly whole: Prints<true>
  save(): void
}

const header = 'tidemill file state 2'

/** When so many more are remembered than twice what was there the last time, those whose files are gone are let go. */
const grown = 1000

/** Found, by the key it is looked up by, with its print. */
type Notes<Found> = Map<string, readonly [print: string, found: Found]>

interface Together {
  readonly folders: Notes<FolderFacts>
  readonly whole: Notes<true>
  /** How many files were there when they were last looked for. */
  readonly there: number
}

/** `root` is where paths that are not absolute start. */
export function openFileState(file: string, root: string): FileState {
  let text: string | undefined
  let entries: Map<string, Known> | undefined
  let together: Together | undefined
  let dirty = false
  /** How many came that were not known before: they are there. */
  let anew = 0

  const body = (): string => (text ??= sound(file))
  // most looks end at what was found together, and the lines of single files are never taken apart
  const all = (): Map<string, Known> => (entries ??= linesOf(body()))
  const notes = (): Together => (together ??= togetherOf(body()))

  function prints<Found>(of: () => Notes<Found>): Prints<Found> {
    return {
      has: (key) => of().has(key),
      get(key, print) {
        const known = of().get(key)
        return known?.[0] === print ? known[1] : undefined
      },
      set(key, print, found) {
        dirty = true
        of().set(key, [print, found])
      },
    }
  }

  /** Each is looked for at most once for each that came anew. */
  function forgetGone(last: number): number {
    const there = Math.max(last, anew)
    anew = 0
    if (!entries || entries.size <= 2 * there + grown) return there
    for (const key of entries.keys())
      if (!existsSync(resolve(root, key.split('\0')[0] ?? ''))) entries.delete(key)
    return entries.size
  }

  return {
    folders: prints(() => notes().folders),
    whole: prints(() => notes().whole),
    knows: (path) => all().has(path),
    md5(path, stats) {
      const known = all().get(path)
      if (!known || known.size !== stats.size || known.modified !== stats.mtimeMs) return undefined
      return known.inode === stats.ino && known.changed === stats.ctimeMs ? known.md5 : undefined
    },
    remember(path, stats, md5, since) {
      if (since - Math.max(stats.mtimeMs, stats.ctimeMs) < clockGrainMs) return
      dirty = true
      if (!all().has(path)) anew += 1
      all().set(path, {
        inode: stats.ino,
        size: stats.size,
        modified: stats.mtimeMs,
        changed: stats.ctimeMs,
        md5,
      })
    },
    save() {
      if (!dirty) return
      dirty = false
      const { folders, whole } = notes()
      const there = forgetGone(notes().there)
      const head = JSON.stringify({
        folders: Object.fromEntries(folders),
        whole: Object.fromEntries(whole),
        there,
      })
      const lines = entries ? textOf(entries) : body().slice(headEnd(body()))
      text = `${header}\n${head}\n${lines}`
      const temporary = `${file}.${process.pid}.tmp`
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(temporary, `${text}${text.length}\n`)
      renameSync(temporary, file)
    },
  }
}

/** The text of the file without its length at the end; of one that is cut short or of another version, none. */
function sound(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return ''
  }
  const cut = text.lastIndexOf('\n', text.length - 2) + 1
  return text.startsWith(`${header}\n`) && Number(text.slice(cut)) === cut ? text.slice(0, cut) : ''
}

/** Where the lines of single files begin. */
function headEnd(text: string): number {
  return text.indexOf('\n', header.length + 1) + 1
}

function togetherOf(text: string): Together {
  if (text === '') return { folders: new Map(), whole: new Map(), there: 0 }
  const {
    folders,
    whole,
    there = 0,
  } = JSON.parse(text.slice(header.length + 1, headEnd(text))) as {
    readonly folders: Readonly<Record<string, readonly [string, FolderFacts]>>
    readonly whole: Readonly<Record<string, readonly [string, true]>>
    readonly there?: number
  }
  return { folders: new Map(Object.entries(folders)), whole: new Map(Object.entries(whole)), there }
}

function textOf(entries: ReadonlyMap<string, Known>): string {
  const lines: string[] = []
  for (const [path, { inode, size, modified, changed, md5 }] of entries) {
    const shown = /^"|\n/.test(path) ? JSON.stringify(path) : path
    lines.push(`${md5} ${inode} ${size} ${modified} ${changed} ${shown}\n`)
  }
  return lines.join('')
}

function linesOf(text: string): Map<string, Known> {
  const entries = new Map<string, Known>()
  for (let start = headEnd(text); start < text.length;) {
    const end = text.indexOf('\n', start)
    const line = text.slice(start, end)
    start = end + 1
    const a = line.indexOf(' ', 33)
    const b = line.indexOf(' ', a + 1)
    const c = line.indexOf(' ', b + 1)
    const d = line.indexOf(' ', c + 1)
    const path = pathOf(line.slice(d + 1))
    if (path === undefined) continue
    entries.set(path, {
      md5: line.slice(0, 32),
      inode: Number(line.slice(33, a)),
      size: Number(line.slice(a + 1, b)),
      modified: Number(line.slice(b + 1, c)),
      changed: Number(line.slice(c + 1, d)),
    })
  }
  return entries
}

/** A path as it was, from one in quotes where it begins with one or has a line's end; a line that says nothing is none. */
function pathOf(shown: string): string | undefined {
  if (!shown.startsWith('"')) return shown
  try {
    return String(JSON.parse(shown))
  } catch {
    return undefined
  }
}
