import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { TidemillError } from '#contract/error'
import { git } from '../git.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { openLocks } from '../lock-store.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { remotePath, type Remote } from '../remotes/remote.ts'
import type { Repository } from '../repository.ts'
import { compareText } from '../values/python-text.ts'
import { inScratch, nearOf } from './get-data.ts'
import { cloneGit, obtainManifest, sourceAt, type SourceAccess } from './git-source.ts'
import { recordedOutputs } from './recorded-outputs.ts'

export interface ListOptions extends SourceAccess {
  /** A folder in it. */
  readonly path?: string
  readonly rev?: string
  readonly recursive?: boolean
  /** Without what Git keeps. */
  readonly dataOnly?: boolean
  /** Asks the cache and the remote there how large the files of folders are. */
  readonly fileSizes?: boolean
}

export interface Listed {
  readonly path: string
  readonly isdir: boolean
  readonly isout: boolean
  readonly isexec: boolean
  readonly size?: number
  readonly md5?: string
}

/** What a repository holds: files that Git keeps, and data. Errors: `not_found`, `unavailable`. */
export async function listRepository(
  url: string,
  options: ListOptions = {},
): Promise<readonly Listed[]> {
  return inScratch(async (repository) => {
    const { folder, there } = cloneGit(repository, nearOf(url), options.rev)
    const source = sourceAt(there, options)
    const all = [
      ...(options.dataOnly ? [] : gitFiles(folder)),
      ...(existsSync(join(folder, '.dvc'))
        ? await dataFiles(repository, folder, source, options.fileSizes ?? false)
        : []),
    ]
    const found = below(all, posix.normalize(options.path ?? '.').replace(/\/$/, ''))
    if (found.length === 0 && options.path !== undefined)
      throw new TidemillError('not_found', {
        kind: `file or folder in ${url} called`,
        name: options.path,
      })
    const shown = options.recursive ? found : topLevel(found)
    return shown.toSorted((a, b) => compareText(a.path, b.path))
  })
}

function gitFiles(folder: string): Listed[] {
  const lines = (git(folder, ['ls-tree', '-r', '-l', '-z', 'HEAD']) ?? '').split('\0')
  return lines.flatMap((line) => {
    const [, mode = '', size = '', path = ''] = /^(\d+) \w+ \w+ +(\S+)\t([^]*)$/.exec(line) ?? []
    if (path === '') return []
    return [
      { path, isdir: false, isout: false, isexec: mode === '100755', size: Number(size) || 0 },
    ]
  })
}

/** Recorded outputs, folders with their files where their manifests can be had. */
async function dataFiles(
  repository: Repository,
  folder: string,
  source: Repository,
  fileSizes: boolean,
): Promise<readonly Listed[]> {
  const { outputs } = recordedOutputs(loadPipeline(folder), openLocks(folder))
  const sizes = fileSizes ? sizesAt(source) : undefined
  const found: Listed[] = []
  for (const { out, entry } of outputs) {
    if (!out.cache || entry.md5 === undefined) continue
    const { md5, size } = entry
    const isdir = md5.endsWith('.dir')
    const own = { path: out.target, isdir, isout: true, isexec: entry.isexec === true, md5 }
    found.push({ ...own, ...(size === undefined ? {} : { size }) })
    for (const file of isdir ? await obtainManifest(repository, source, md5) : []) {
      const path = `${out.target}/${file.path}`
      const bytes = await sizes?.of(file.md5)
      const known = bytes === undefined ? {} : { size: bytes }
      found.push({ path, isdir: false, isout: false, isexec: false, md5: file.md5, ...known })
    }
  }
  await sizes?.close()
  return found
}

/** How large objects are: in the cache, else on the remote. */
function sizesAt(source: Repository): {
  of(md5: string): Promise<number | undefined>
  close(): Promise<void>
} {
  let remote: Remote | undefined
  return {
    async of(md5) {
      const near = statSync(source.cache.path(md5), { throwIfNoEntry: false })
      if (near) return near.size
      remote ??= openRemote(source)
      return (await remote.stat(remotePath(md5)))?.size
    },
    close: async () => remote?.close(),
  }
}

function below(all: readonly Listed[], folder: string): readonly Listed[] {
  if (folder === '.') return all
  const exact = all.filter((each) => each.path === folder && !each.isdir)
  if (exact.length > 0) return exact
  return all
    .filter((each) => each.path.startsWith(`${folder}/`))
    .map((each) => ({ ...each, path: each.path.slice(folder.length + 1) }))
}

function topLevel(all: readonly Listed[]): readonly Listed[] {
  const found = new Map<string, Listed>()
  for (const each of all) {
    const [name = '', ...rest] = each.path.split('/')
    const folder = { path: name, isdir: true, isout: false, isexec: false }
    if (rest.length === 0) found.set(name, each)
    else if (!found.has(name)) found.set(name, folder)
  }
  return [...found.values()]
}
