import { hash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FileState } from '../files/file-state.ts'
import { readManifest, type TreeFile } from '../files/manifest.ts'
import { clockGrainMs, printer, type Printer } from '../files/prints.ts'
import type { ObjectLayout } from './object-layout.ts'

/** Of so many files the folders that they lie in are read, in place of a question for each. */
const manyFiles = 500

/** Which objects of a cache are there, folders with all their files. */
export interface WholeFolders {
  has(md5: string): boolean
  /** The files of a folder; `undefined` when its manifest is not there or is none. */
  manifest(md5: string): readonly TreeFile[] | undefined
  /** One went: which are there, and which folders are whole, is looked at anew. */
  forget(): void
}

export function wholeFolders(layout: ObjectLayout, state: FileState): WholeFolders {
  const complete = new Set<string>()

  function manifest(md5: string): readonly TreeFile[] | undefined {
    try {
      const text = readFileSync(layout.find(md5) ?? layout.current(md5), 'utf8')
      // small and read whole anyway: the digest costs nothing more
      return `${hash('md5', text, 'hex')}.dir` === md5 ? readManifest(text) : undefined
    } catch {
      return undefined
    }
  }

  function isWhole(md5: string, place: string): boolean {
    const { size } = statSync(place)
    // about 80 bytes a file: a small manifest is read sooner than 256 folders are asked
    if (size < manyFiles * 80) return hasEach(manifest(md5))
    const began = Date.now()
    const stamps = stampsOf(place)
    const print = stamps.print()
    if (state.whole.get(place, print)) return true
    const files = manifest(md5)
    const found = files !== undefined && files.length >= manyFiles ? listed(files) : undefined
    if (found === undefined) return hasEach(files)
    if (found && began - stamps.newest >= clockGrainMs) state.whole.set(place, print, true)
    return found || hasEach(files)
  }

  /** The manifest, and all folders of the current layout: an object that comes or goes changes the time of one of them. */
  function stampsOf(place: string): Printer {
    const stamps = printer()
    stamps.add(place, statSync(place))
    for (let at = 0; at < 256; at += 1) {
      const prefix = at.toString(16).padStart(2, '0')
      const stats = statSync(dirname(layout.current(`${prefix}00`)), { throwIfNoEntry: false })
      if (stats) stamps.add(prefix, stats)
    }
    return stamps
  }

  const hasEach = (files: readonly TreeFile[] | undefined): boolean =>
    files?.every((file) => layout.find(file.md5) !== undefined) === true

  /** Whether all lie in the current layout: 256 lists cost less than a question for each of 10,000 objects. */
  function listed(files: readonly TreeFile[]): boolean {
    const lists = new Map<string, ReadonlySet<string>>()
    return files.every(({ md5 }) => {
      const prefix = md5.slice(0, 2)
      let list = lists.get(prefix)
      if (!list) lists.set(prefix, (list = namesIn(dirname(layout.current(md5)))))
      return list.has(md5.slice(2))
    })
  }

  return {
    manifest,
    has(md5) {
      if (complete.has(md5)) return true
      const place = layout.find(md5)
      if (place === undefined) return false
      if (md5.endsWith('.dir') && !isWhole(md5, place)) return false
      complete.add(md5)
      return true
    },
    forget: () => complete.clear(),
  }
}

export function namesIn(folder: string): Set<string> {
  try {
    return new Set(readdirSync(folder))
  } catch {
    return new Set()
  }
}
