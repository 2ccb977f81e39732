import { hash } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { explainFullDisk, TidemillError } from '#contract/error'
import { hashFile, smallFile, type Hashed } from '../files/hash-file.ts'
import { readMany, type FileToHash } from '../files/hash-many.ts'
import { legacyHash } from '../files/legacy-hash.ts'
import type { FileState } from '../files/file-state.ts'
import type { TreeFile } from '../files/manifest.ts'
import { moveFile } from '../files/move-file.ts'
import { cleaning, newFiles } from '../files/new-files.ts'
import { objectLayout } from './object-layout.ts'
import { setAside } from './cache-objects.ts'
import { syncFiles } from '../files/sync-files.ts'
import type { Threads } from '../files/threads.ts'
import { moveOver, placer, type LinkType } from './place-file.ts'
import { namesIn, wholeFolders } from './whole-folders.ts'

/** DVC's store of contents by MD5: `files/md5/ab/cdef…`, read-only, and the layout of DVC 2 beside it. */
export interface ObjectCache {
  readonly folder: string
  path(md5: string): string
  /** Whether the object is there; a folder's when its manifest and all its files are. */
  has(md5: string): boolean
  /** The files of a folder; `undefined` when its manifest is not there or is none. */
  manifest(md5: string): readonly TreeFile[] | undefined
  /** The MD5 of files that are to be taken in: small ones that are new are taken in by the way, each read once. In the order given. */
  takeIn(files: readonly FileToHash[], threads: Threads): Promise<readonly Hashed[]>
  /** Takes in a file whose MD5 is known. Errors: `conflict` when it is another by now, `disk_full`. */
  addFile(file: string, md5: string): Promise<void>
  addBytes(bytes: Uint8Array | string, md5: string): void
  /** Takes in a file, by moving it, whose digest the caller has just worked out from its bytes; `legacy` into DVC 2's layout. */
  adopt(file: string, md5: string, legacy?: boolean): void
  /** Puts the object at `file`, replacing a file that is there. Errors: `object_corrupt`, `not_found`. */
  checkout(md5: string, file: string, isexec: boolean, links?: readonly LinkType[]): Promise<void>
  /** Re-reads an object; one that is not what its name says is set aside, as `….damaged`. */
  verify(md5: string): Promise<boolean>
  /** Waits for the disk: what was taken in is there after a lost machine, too. To be called before anything names it. */
  settle(): Promise<void>
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
  const names = new Map<string, Set<string>>()
  const unsettled = new Set<string>()
  /** Objects that were made of files which are to be added: once each is as good as verified. */
  const taken = new Set<string>()
  let settling: Promise<void> = Promise.resolve()
  let umask: number | undefined

  const layout = objectLayout(folder)
  const { current, old, find } = layout
  const path = (md5: string): string => find(md5) ?? current(md5)
  const whole = wholeFolders(layout, state)
  const placing = placer()
  const ensureFolder = (name: string): void => {
    if (made.has(name)) return
    fs.mkdirSync(name, { recursive: true })
    made.add(name)
  }

  const temporaryPlace = join(folder, 'tidemill', 'tmp')
  const objects = newFiles(temporaryPlace)
  const placed = newFiles(options.scratch)

  function publish(temporary: string, md5: string): void {
    objects.publish(temporary, current(md5))
    noteNew(md5)
  }

  function noteNew(md5: string): void {
    unsettled.add(current(md5))
    names.get(md5.slice(0, 2))?.add(md5.slice(2))
  }

  /** Whether an object may be there already. A folder of names is read once: an object that comes meanwhile is written again. */
  function mayBeThere(md5: string): boolean {
    const prefix = md5.slice(0, 2)
    const known = names.get(prefix) ?? namesIn(dirname(current(md5)))
    names.set(prefix, known)
    return known.has(md5.slice(2))
  }

  function ensureTemporaryPlace(): void {
    if (made.has(temporaryPlace)) return
    ensureFolder(temporaryPlace)
    removeOld(temporaryPlace)
  }

  function temporaryFile(): string {
    ensureTemporaryPlace()
    return objects.temporary()
  }

  async function guardedWait(
    temporary: string,
    what: string,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work()
    } catch (error) {
      fs.rmSync(temporary, { force: true })
      throw explainFullDisk(error, what)
    }
  }

  async function verify(md5: string): Promise<boolean> {
    const file = path(md5)
    const stats = fs.statSync(file, { throwIfNoEntry: false })
    if (!stats) return false
    const plain = md5.slice(0, 32)
    // an object of DVC 2 is named by another hash; it is never ours to remove
    const isLegacy = file !== current(md5)
    if (state.md5(file, stats) === plain) return true
    const since = Date.now()
    const hashed = await hashFile(file)
    const found = isLegacy && hashed.md5 !== plain ? await legacyHash(file) : hashed.md5
    state.remember(file, hashed.stats, found, since)
    if (found === plain) return true
    if (!isLegacy) drop(md5)
    return false
  }

  /** What is not what its name says is not to be found again; it may be somebody's edit through a link, so it is not removed. */
  function drop(md5: string): void {
    taken.delete(md5)
    setAside(current(md5))
    whole.forget()
  }

  /** One after the other: who finds nothing left to wait for waits for those before, who are still at it. */
  function settle(): Promise<void> {
    const files = [...unsettled]
    unsettled.clear()
    settling = settling.then(() => syncFiles(files))
    settling.catch(() => {})
    return settling
  }

  return {
    folder,
    path,
    verify,
    settle,
    has: whole.has,
    manifest: whole.manifest,
    async takeIn(files, threads) {
      ensureTemporaryPlace()
      const places = { objects: layout.objects, temporary: temporaryPlace }
      const read = await readMany(files, threads, places)
      for (const md5 of read.taken) {
        taken.add(md5)
        noteNew(md5)
      }
      // the disk is at work while the rest is written down
      void settle()
      return read.hashed
    },
    async addFile(file, md5) {
      // what comes later may find it changed through a link
      if (taken.delete(md5)) return
      if (mayBeThere(md5) && (await verify(md5))) return
      const temporary = temporaryFile()
      const bytes = readSmall(file)
      if (bytes) {
        cleaning(temporary, file, () => {
          if (hash('md5', bytes, 'hex') !== md5.slice(0, 32)) throw changed(file)
          objects.write(temporary, bytes)
          publish(temporary, md5)
        })
      } else {
        await guardedWait(temporary, file, () =>
          fs.promises.copyFile(file, temporary, fs.constants.COPYFILE_FICLONE),
        )
        const copy = await hashFile(temporary)
        cleaning(temporary, file, () => {
          if (copy.md5 !== md5.slice(0, 32)) throw changed(file)
          fs.chmodSync(temporary, 0o444)
          publish(temporary, md5)
        })
      }
    },
    addBytes(bytes, md5) {
      const target = current(md5)
      if (fs.existsSync(target) && hash('md5', fs.readFileSync(target), 'hex') === md5.slice(0, 32))
        return
      const temporary = temporaryFile()
      cleaning(temporary, target, () => {
        objects.write(temporary, bytes)
        publish(temporary, md5)
      })
    },
    adopt(file, md5, legacy = false) {
      const target = legacy ? old(md5) : current(md5)
      ensureFolder(dirname(target))
      fs.chmodSync(file, 0o444)
      try {
        moveFile(file, target)
        unsettled.add(target)
      } catch (error) {
        throw explainFullDisk(error, target)
      }
    },
    async checkout(md5, file, isexec, asked = options.links) {
      // a link has the object's mode, and one object may be both a program and none: programs are copies
      const links = isexec ? asked.filter((type) => type === 'reflink') : asked
      // read once for both: the copy that is made is the one that was checked
      const bytes = placing.first(links) === 'copy' ? readSmall(current(md5)) : undefined
      const source = bytes ? current(md5) : find(md5)
      if (source === undefined) throw new TidemillError('not_found', { kind: 'object', name: md5 })
      ensureFolder(options.scratch)
      const temporary = placed.temporary()
      const mode = isexec ? 0o777 : 0o666
      const sound = bytes ? hash('md5', bytes, 'hex') === md5.slice(0, 32) : await verify(md5)
      if (bytes && !sound) drop(md5)
      if (!sound) throw new TidemillError('object_corrupt', { digest: `md5:${md5}` })
      await guardedWait(temporary, file, async () => {
        if (bytes) placed.write(temporary, bytes, mode)
        else await placing.place(source, temporary, links, mode & ~(umask ??= process.umask()))
        moveOver(temporary, file)
      })
    },
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** The bytes of a file that is there and not large. */
function readSmall(file: string): Uint8Array | undefined {
  let handle: number
  try {
    handle = fs.openSync(file, 'r')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  try {
    return fs.fstatSync(handle).size <= smallFile ? fs.readFileSync(handle) : undefined
  } finally {
    fs.closeSync(handle)
  }
}

const day = 86_400_000

/** What processes that died left. Another machine may be at work in the same folder, so only what is old goes. */
function removeOld(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const file = join(folder, name)
    const stats = fs.statSync(file, { throwIfNoEntry: false })
    if (stats && Date.now() - stats.mtimeMs > day) fs.rmSync(file, { recursive: true, force: true })
  }
}

function changed(file: string): TidemillError {
  return new TidemillError('conflict', { problem: `${file} changed while it was being kept.` })
}
