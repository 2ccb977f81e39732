import { hash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { TidemillError } from '#contract/error'
import { hashFile, smallFile } from '../files/hash-file.ts'
import { legacyHash } from '../files/legacy-hash.ts'
import type { FileState } from '../files/file-state.ts'
import { readManifest, type TreeFile } from '../files/manifest.ts'
import { moveFile } from '../files/move-file.ts'

export type LinkType = 'reflink' | 'hardlink' | 'symlink' | 'copy'

/** DVC's store of contents by MD5: `files/md5/ab/cdef…`, read-only, and the layout of DVC 2 beside it. */
export interface ObjectCache {
  readonly folder: string
  path(md5: string): string
  /** Whether the object is there; a folder's when its manifest and all its files are. */
  has(md5: string): boolean
  /** The files of a folder; `undefined` when its manifest is not there or is none. */
  manifest(md5: string): readonly TreeFile[] | undefined
  /** Takes in a file whose MD5 is known. Errors: `conflict` when it is another by now, `disk_full`. */
  addFile(file: string, md5: string): Promise<void>
  addBytes(bytes: Uint8Array | string, md5: string): void
  /** Takes in a file, by moving it, whose digest the caller has just worked out from its bytes; `legacy` into DVC 2's layout. */
  adopt(file: string, md5: string, legacy?: boolean): void
  /** Puts the object at `file`, replacing what is there. Errors: `object_corrupt`, `not_found`. */
  checkout(md5: string, file: string, isexec: boolean, links?: readonly LinkType[]): Promise<void>
  /** Re-reads an object; one that is not what its name says is removed. */
  verify(md5: string): Promise<boolean>
}

export interface ObjectCacheOptions {
  readonly folder: string
  readonly links: readonly LinkType[]
  readonly state: FileState
  /** Where files are made before they are moved to the work tree. */
  readonly scratch: string
}

export function openObjectCache(options: ObjectCacheOptions): ObjectCache {
  const { folder, state } = options
  const made = new Set<string>()
  const complete = new Set<string>()
  let reflinks = true

  const current = (md5: string): string =>
    join(folder, 'files', 'md5', md5.slice(0, 2), md5.slice(2))
  const old = (md5: string): string => join(folder, md5.slice(0, 2), md5.slice(2))
  const path = (md5: string): string => {
    const now = current(md5)
    return fs.existsSync(now) || !fs.existsSync(old(md5)) ? now : old(md5)
  }
  const ensureFolder = (name: string): void => {
    if (made.has(name)) return
    fs.mkdirSync(name, { recursive: true })
    made.add(name)
  }

  /** Moves a finished temporary file to its name: the last step, so that a name means a whole object. */
  function publish(temporary: string, md5: string): void {
    fs.chmodSync(temporary, 0o444)
    fs.renameSync(temporary, current(md5))
  }

  function temporaryFor(md5: string): string {
    const target = current(md5)
    ensureFolder(dirname(target))
    return join(dirname(target), `.${randomBytes(8).toString('hex')}.tmp`)
  }

  function writeWhole(temporary: string, bytes: Uint8Array | string): void {
    const handle = fs.openSync(temporary, 'wx')
    try {
      fs.writeFileSync(handle, bytes)
    } finally {
      fs.closeSync(handle)
    }
  }

  function guarded<T>(temporary: string, what: string, work: () => T): T {
    try {
      return work()
    } catch (error) {
      fs.rmSync(temporary, { force: true })
      throw explain(error, what)
    }
  }

  async function verify(md5: string): Promise<boolean> {
    const file = path(md5)
    const stats = fs.statSync(file, { throwIfNoEntry: false })
    if (!stats) return false
    const plain = md5.slice(0, 32)
    // an object of DVC 2 is named by another hash; it is never ours to remove
    if (file !== current(md5))
      return [legacyHash(file), hash('md5', fs.readFileSync(file), 'hex')].includes(plain)
    if (state.md5(file, stats) === plain) return true
    const since = Date.now()
    const hashed = await hashFile(file)
    state.remember(file, hashed.stats, hashed.md5, since)
    if (hashed.md5 === plain) return true
    fs.rmSync(file, { force: true })
    complete.delete(md5)
    return false
  }

  function manifest(md5: string): readonly TreeFile[] | undefined {
    try {
      const text = fs.readFileSync(path(md5), 'utf8')
      // small and read whole anyway: the digest costs nothing more
      return `${hash('md5', text, 'hex')}.dir` === md5 ? readManifest(text) : undefined
    } catch {
      return undefined
    }
  }

  function place(source: string, target: string, links: readonly LinkType[], mode: number): void {
    for (const type of links) {
      try {
        if (type === 'reflink') {
          if (!reflinks) continue
          fs.copyFileSync(source, target, fs.constants.COPYFILE_FICLONE_FORCE)
          fs.chmodSync(target, mode)
        } else if (type === 'hardlink') fs.linkSync(source, target)
        else if (type === 'symlink') fs.symlinkSync(source, target)
        else break
        return
      } catch (error) {
        fs.rmSync(target, { force: true })
        if (type === 'reflink') reflinks = false
        if (isFull(error)) throw error
      }
    }
    fs.copyFileSync(source, target)
    fs.chmodSync(target, mode)
  }

  return {
    folder,
    path,
    manifest,
    verify,
    has(md5) {
      if (complete.has(md5)) return true
      if (!fs.existsSync(path(md5))) return false
      if (md5.endsWith('.dir')) {
        const files = manifest(md5)
        if (!files?.every((file) => fs.existsSync(path(file.md5)))) return false
      }
      complete.add(md5)
      return true
    },
    async addFile(file, md5) {
      if (fs.existsSync(current(md5)) && (await verify(md5))) return
      const before = fs.statSync(file)
      const temporary = temporaryFor(md5)
      const since = Date.now()
      if (before.size <= smallFile) {
        guarded(temporary, file, () => {
          const bytes = fs.readFileSync(file)
          if (hash('md5', bytes, 'hex') !== md5.slice(0, 32)) throw changed(file)
          writeWhole(temporary, bytes)
          publish(temporary, md5)
        })
      } else {
        guarded(temporary, file, () =>
          fs.copyFileSync(file, temporary, fs.constants.COPYFILE_FICLONE),
        )
        const copy = await hashFile(temporary)
        guarded(temporary, file, () => {
          if (copy.md5 !== md5.slice(0, 32)) throw changed(file)
          publish(temporary, md5)
        })
      }
      remember(current(md5), md5, since)
    },
    addBytes(bytes, md5) {
      const target = current(md5)
      if (fs.existsSync(target) && hash('md5', fs.readFileSync(target), 'hex') === md5.slice(0, 32))
        return
      const temporary = temporaryFor(md5)
      guarded(temporary, target, () => {
        writeWhole(temporary, bytes)
        publish(temporary, md5)
      })
    },
    adopt(file, md5, legacy = false) {
      const target = legacy ? old(md5) : current(md5)
      ensureFolder(dirname(target))
      fs.chmodSync(file, 0o444)
      try {
        moveFile(file, target)
      } catch (error) {
        throw explain(error, target)
      }
    },
    async checkout(md5, file, isexec, links = options.links) {
      if (!fs.existsSync(path(md5)))
        throw new TidemillError('not_found', { kind: 'object', name: md5 })
      if (!(await verify(md5))) throw new TidemillError('object_corrupt', { digest: `md5:${md5}` })
      ensureFolder(options.scratch)
      fs.mkdirSync(dirname(file), { recursive: true })
      const temporary = join(options.scratch, randomBytes(8).toString('hex'))
      const mode = (isexec ? 0o777 : 0o666) & ~process.umask()
      guarded(temporary, file, () => {
        place(path(md5), temporary, links, mode)
        const present = fs.lstatSync(file, { throwIfNoEntry: false })
        if (present?.isDirectory()) fs.rmSync(file, { recursive: true })
        moveFile(temporary, file)
      })
    },
  }

  function remember(file: string, md5: string, since: number): void {
    const stats = fs.statSync(file, { throwIfNoEntry: false })
    // the object was just written by us and checked: its own times are new, so only its age keeps it out of the state
    if (stats) state.remember(file, stats, md5, since)
  }
}

function changed(file: string): TidemillError {
  return new TidemillError('conflict', { problem: `${file} changed while it was being kept.` })
}

function isFull(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOSPC' || error.code === 'EDQUOT')
  )
}

function explain(error: unknown, what: string): unknown {
  return isFull(error) ? new TidemillError('disk_full', { what }, error) : error
}
