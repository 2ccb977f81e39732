import { lstatSync, statSync, type Stats } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { TidemillError } from '#contract/error'
import type { FileState } from './file-state.ts'
import { filesBelow, keyOf, leadsNowhere, statOf, type FoundFiles } from './files-below.ts'
import { hashFile, hashNow, type Hashed } from './hash-file.ts'
import { hashMany, type FileToHash } from './hash-many.ts'
import type { IgnoreRules } from './ignore-rules.ts'
import { legacyHash } from './legacy-hash.ts'
import { makeManifest, type Manifest } from './manifest.ts'
import { clockGrainMs } from './prints.ts'

/** What lies at a path now. */
export interface Content {
  /** As in dvc.lock: 32 hex digits, `.dir` behind them for a folder. */
  readonly md5: string
  readonly size: number
  readonly nfiles?: number
  readonly isexec?: true
  readonly manifest?: Manifest
  /** Files of the folder that are links: kept as the files they point to. */
  readonly linked?: readonly string[]
}

/** Describes files and folders of a repository; within one object each path is looked at once until it is forgotten. */
export interface WorkspaceFiles {
  readonly root: string
  absolute(target: string): string
  /** `undefined` when nothing lies there. Files of a folder that are not known are read by `read`, where it is given. */
  content(target: string, read?: ReadFiles): Promise<Content | undefined>
  /** The hash that DVC 2 gave a file that lies there. */
  legacyMd5(target: string): Promise<string>
  /** What is known of a path, or of anything inside or above it, is looked at anew. */
  forget(target: string): void
}

/** The MD5 of each file, in the order given. */
export type ReadFiles = (files: readonly FileToHash[]) => Promise<readonly Hashed[]>

export function workspaceFiles(
  root: string,
  ignored: IgnoreRules,
  state: FileState,
): WorkspaceFiles {
  const seen = new Map<string, Promise<Content | undefined>>()
  const absolute = (target: string): string => (isAbsolute(target) ? target : join(root, target))

  /** The MD5 of a file, from the state where that is current. */
  async function md5Of(path: string, key: string, stats: Stats): Promise<string> {
    const known = state.md5(key, stats)
    if (known !== undefined) return known
    const since = Date.now()
    const { md5, stats: hashed } = await hashFile(path)
    state.remember(key, hashed, md5, since)
    return md5
  }

  async function legacyMd5(target: string): Promise<string> {
    const path = absolute(target)
    const stats = statSync(path)
    // no path has this sign
    const key = `${target}\0dos2unix`
    const known = state.md5(key, stats)
    if (known !== undefined) return known
    const since = Date.now()
    const md5 = await legacyHash(path)
    state.remember(key, stats, md5, since)
    return md5
  }

  async function describe(target: string, read: ReadFiles): Promise<Content | undefined> {
    const path = absolute(target)
    const stats = statOf(path, target)
    if (!stats) {
      if (lstatSync(path, { throwIfNoEntry: false })) throw leadsNowhere(target)
      return undefined
    }
    if (stats.isDirectory()) return folder(target, path, read)
    if (!stats.isFile()) throw noFile(target)
    const md5 = await md5Of(path, target, stats)
    return {
      md5,
      size: stats.size,
      ...((stats.mode & 0o111) !== 0 ? { isexec: true as const } : {}),
    }
  }

  async function folder(target: string, top: string, read: ReadFiles): Promise<Content> {
    const began = Date.now()
    const found = await filesBelow(target, top, ignored)
    const { paths, linked, stamps } = found
    const print = stamps.print()
    const same = state.folders.get(target, print)
    if (same) {
      let manifest: Manifest | undefined
      return {
        md5: same.md5,
        size: same.size,
        nfiles: paths.length,
        // of a hundred thousand files it takes longer to write down than to see that nothing changed
        get manifest() {
          return (manifest ??= manifestAgain(target, found, same.md5))
        },
        ...(same.linked.length === 0 ? {} : { linked: same.linked }),
      }
    }
    const digests = paths.map((path, at) => state.md5(keyOf(target, path), stamps.stamp(at)))
    const unknown = paths.flatMap((path, at) =>
      digests[at] === undefined ? [{ path, at, size: stamps.stamp(at).size }] : [],
    )
    const since = Date.now()
    const hashed = await read(unknown.map(({ path, size }) => ({ path: `${top}/${path}`, size })))
    for (const [index, { path, at }] of unknown.entries()) {
      const one = hashed[index]
      if (!one) continue
      state.remember(keyOf(target, path), one.stats, one.md5, since)
      digests[at] = one.md5
    }
    const manifest = makeManifest(paths.map((path, at) => ({ path, md5: digests[at] ?? '' })))
    let size = 0
    for (let at = 0; at < paths.length; at += 1) size += stamps.stamp(at).size
    if (began - stamps.newest >= clockGrainMs)
      state.folders.set(target, print, { md5: manifest.md5, size, linked })
    return {
      md5: manifest.md5,
      size,
      nfiles: paths.length,
      manifest,
      ...(found.linked.length === 0 ? {} : { linked }),
    }
  }

  /** What a folder was found to hold, from what is known of its files. Errors: `conflict` when it is another by now. */
  function manifestAgain(target: string, { paths, stamps }: FoundFiles, md5: string): Manifest {
    const manifest = makeManifest(
      paths.map((path, at) => {
        const key = keyOf(target, path)
        return { path, md5: state.md5(key, stamps.stamp(at)) ?? hashNow(absolute(key)) }
      }),
    )
    if (manifest.md5 === md5) return manifest
    throw new TidemillError('conflict', { problem: `${target} changed while it was looked at.` })
  }

  return {
    root,
    absolute,
    legacyMd5,
    content(target, read = hashMany) {
      const known = seen.get(target)
      if (known) return known
      const found = describe(target, read)
      seen.set(target, found)
      // a failed look is not kept
      found.catch(() => seen.delete(target))
      return found
    },
    forget(target) {
      for (const key of seen.keys()) {
        if (
          key === target ||
          key === '.' ||
          target === '.' ||
          key.startsWith(`${target}/`) ||
          target.startsWith(`${key}/`)
        ) {
          seen.delete(key)
        }
      }
    },
  }
}

/** A pipe would be waited for. */
function noFile(path: string): TidemillError {
  return new TidemillError('conflict', {
    problem: `${path} is neither a file nor a folder: name one, or take it out.`,
  })
}
