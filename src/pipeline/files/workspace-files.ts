import { lstatSync, readdirSync, statSync, type Stats } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { TidemillError } from '#contract/error'
import type { FileState } from './file-state.ts'
import { hashFile } from './hash-file.ts'
import { hashMany } from './hash-many.ts'
import type { IgnoreRules } from './ignore-rules.ts'
import { makeManifest, type Manifest, type TreeFile } from './manifest.ts'

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
  /** `undefined` when nothing lies there. */
  content(target: string): Promise<Content | undefined>
  /** What is known of a path, or of anything inside or above it, is looked at anew. */
  forget(target: string): void
}

/** `undefined` for nothing, and for a link to nothing. Errors: `conflict` for links that lead round in a circle. */
function statOf(path: string, name: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ELOOP')) throw error
    const problem = `${name} is a link that leads back to itself: remove it, or mend what it points to.`
    throw new TidemillError('conflict', { problem }, error)
  }
}

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

  async function describe(target: string): Promise<Content | undefined> {
    const path = absolute(target)
    const stats = statOf(path, target)
    if (!stats) {
      if (lstatSync(path, { throwIfNoEntry: false })) throw leadsNowhere(target)
      return undefined
    }
    if (stats.isDirectory()) return folder(target, path)
    const md5 = await md5Of(path, target, stats)
    return {
      md5,
      size: stats.size,
      ...((stats.mode & 0o111) !== 0 ? { isexec: true as const } : {}),
    }
  }

  async function folder(target: string, top: string): Promise<Content> {
    const files: TreeFile[] = []
    const linked: string[] = []
    let size = 0
    let slice = Date.now()
    const unknown: { readonly path: string; readonly key: string; readonly size: number }[] = []
    const walk = async (inside: string): Promise<void> => {
      const here = inside === '' ? top : `${top}/${inside}`
      for (const entry of readdirSync(here, { withFileTypes: true })) {
        const path = inside === '' ? entry.name : `${inside}/${entry.name}`
        const key = target === '.' ? path : `${target}/${path}`
        if (!isAbsolute(key) && ignored.ignoredHere(key, entry.isDirectory())) continue
        if (entry.isDirectory()) {
          await walk(path)
          continue
        }
        if (entry.name === '.dvcignore') {
          throw new TidemillError('conflict', {
            problem: `${key} lies in tracked data; .dvcignore belongs above it.`,
          })
        }
        const file = `${here}/${entry.name}`
        const stats = statOf(file, key)
        if (!stats) throw leadsNowhere(key)
        // a folder behind a link is not followed
        if (!stats.isFile()) continue
        if (entry.isSymbolicLink()) linked.push(path)
        size += stats.size
        const known = state.md5(key, stats)
        if (known !== undefined) files.push({ path, md5: known })
        else unknown.push({ path, key, size: stats.size })
        if (Date.now() - slice > 40) {
          await breathe()
          slice = Date.now()
        }
      }
    }
    await walk('')
    const since = Date.now()
    const hashed = await hashMany(
      unknown.map(({ path, size: bytes }) => ({ path: `${top}/${path}`, size: bytes })),
    )
    for (const [at, { path, key }] of unknown.entries()) {
      const found = hashed[at]
      if (!found) continue
      state.remember(key, found.stats, found.md5, since)
      files.push({ path, md5: found.md5 })
    }
    const manifest = makeManifest(files)
    return {
      md5: manifest.md5,
      size,
      nfiles: files.length,
      manifest,
      ...(linked.length === 0 ? {} : { linked }),
    }
  }

  return {
    root,
    absolute,
    content(target) {
      const known = seen.get(target)
      if (known) return known
      const found = describe(target)
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

function leadsNowhere(path: string): TidemillError {
  return new TidemillError('conflict', {
    problem: `${path} is a link that leads to nothing: remove it, or mend what it points to.`,
  })
}
