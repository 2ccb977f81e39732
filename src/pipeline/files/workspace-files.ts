import { lstatSync, statSync, type Stats } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { TidemillError } from '#contract/error'
import type { FileState } from './file-state.ts'
import { leadsNowhere, statOf } from './files-below.ts'
import type { Content, ReadFiles } from './content.ts'
import { folderContent } from './folder-content.ts'
import { hashFile } from './hash-file.ts'
import { hashMany } from './hash-many.ts'
import type { IgnoreRules } from './ignore-rules.ts'
import { legacyHash } from './legacy-hash.ts'

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

export function workspaceFiles(
  root: string,
  ignored: IgnoreRules,
  state: FileState,
): WorkspaceFiles {
  const seen = new Map<string, Promise<Content | undefined>>()
  const folder = folderContent(ignored, state)
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
