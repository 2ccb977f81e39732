import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import { commitContent } from '../cache/outputs.ts'
import { entryOf } from '../changes.ts'
import { git } from '../git.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { openLocks } from '../lock-store.ts'
import type { Entry } from '../model.ts'
import { findRepository, openRepository, type Repository } from '../repository.ts'
import { recordedOutputs } from './recorded-outputs.ts'
import { openRemote, remotePath } from './remote.ts'

export interface GitSource {
  /** A relative one starts at the root of this repository. */
  readonly url: string
  /** From the root of that repository. */
  readonly path: string
  readonly rev: string | undefined
}

/** Takes a file or folder of another Git repository into the cache; the commit it is of. Errors: `not_found`, `unavailable`. */
export async function takeFromGit(
  repository: Repository,
  { url, path, rev }: GitSource,
): Promise<{ readonly entry: Entry; readonly commit: string }> {
  const beside = resolve(repository.root, url)
  const near = existsSync(beside) ? beside : undefined
  const clone = join(repository.own, 'imports', 'clone')
  rmSync(clone, { recursive: true, force: true })
  mkdirSync(join(repository.own, 'imports'), { recursive: true })
  if (git(repository.root, ['clone', '--quiet', near ?? url, clone]) === undefined)
    throw new TidemillError('unavailable', { problem: `Git could not clone ${url}.` })
  if (rev !== undefined && !switchTo(clone, rev))
    throw new TidemillError('not_found', { kind: `revision in ${url} called`, name: rev })
  const commit = git(clone, ['rev-parse', 'HEAD'])?.trim() ?? ''
  const there = near === undefined ? clone : (findRepository(near) ?? clone)
  const entry =
    (await takeRecorded(repository, clone, there, path)) ??
    (await takePlain(repository, join(clone, path)))
  if (!entry)
    throw new TidemillError('not_found', { kind: `file or folder in ${url} called`, name: path })
  return { entry, commit }
}

function switchTo(clone: string, rev: string): boolean {
  return [rev, `origin/${rev}`].some(
    (each) => git(clone, ['checkout', '--quiet', '--detach', each]) !== undefined,
  )
}

/** What a pipeline or a `.dvc` file there records of a path; `there` is where its cache and remotes are. */
async function takeRecorded(
  repository: Repository,
  clone: string,
  there: string,
  path: string,
): Promise<Entry | undefined> {
  if (!existsSync(join(clone, '.dvc'))) return undefined
  const { outputs } = recordedOutputs(loadPipeline(clone), openLocks(clone))
  const found = outputs.find(({ out }) => out.target === path || path.startsWith(`${out.target}/`))
  if (!found?.entry.md5) return undefined
  const source = openRepository(there)
  await obtain(repository, source, found.entry.md5)
  const files = repository.cache.manifest(found.entry.md5) ?? []
  if (found.out.target === path) {
    for (const file of files) await obtain(repository, source, file.md5)
    return found.entry
  }
  const inner = files.find((file) => file.path === path.slice(found.out.target.length + 1))
  if (!inner) return undefined
  await obtain(repository, source, inner.md5)
  const size = readFileSync(repository.cache.path(inner.md5)).length
  return { path: '', hash: 'md5', md5: inner.md5, size }
}

async function takePlain(repository: Repository, from: string): Promise<Entry | undefined> {
  const content = await repository.files.content(from)
  if (!content) return undefined
  await commitContent(repository, from, content)
  return entryOf('', content)
}

/** Brings an object into our cache: from the cache there, else from the remote there. */
async function obtain(repository: Repository, source: Repository, md5: string): Promise<void> {
  if (existsSync(repository.cache.path(md5))) return
  const near = source.cache.path(md5)
  if (existsSync(near)) {
    await repository.cache.addFile(near, md5)
    return
  }
  const copy = join(repository.own, 'imports', md5)
  const actual = await openRemote(source).get(remotePath(md5), copy)
  if (actual !== md5.slice(0, 32))
    throw new TidemillError('object_corrupt', { digest: `md5:${md5}` })
  await repository.cache.addFile(copy, md5)
}
