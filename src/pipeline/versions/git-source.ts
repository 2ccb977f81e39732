import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import { commitContent, contentToKeep } from '../cache/outputs.ts'
import { entryOf } from '../changes.ts'
import { git, needGit } from '../git.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { openLocks } from '../lock-store.ts'
import { makeManifest, type TreeFile } from '../files/manifest.ts'
import type { Entry } from '../model.ts'
import { findRepository, openRepository, type Repository } from '../repository.ts'
import { recordedOutputs, type RecordedOutput } from './recorded-outputs.ts'
import { readConfigFile } from '../config.ts'
import { defaultJobs, inParallel } from '../remotes/in-parallel.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { remotePath } from '../remotes/remote.ts'
import { remoteSettings } from '../remotes/settings.ts'
import { receive } from './receive.ts'

/** How another repository's data is reached where its own settings do not lead there. */
export interface SourceAccess {
  /** A remote of it other than its default. */
  readonly remote?: string
  /** A configuration file that is read over its own. */
  readonly config?: string
  /** Settings of the remote that is asked, over those. */
  readonly remoteConfig?: ReadonlyMap<string, string>
}

export interface GitSource extends SourceAccess {
  /** A relative one starts at the root of this repository. */
  readonly url: string
  /** From the root of that repository. */
  readonly path: string
  readonly rev: string | undefined
}

export interface GitClone {
  readonly folder: string
  readonly commit: string
  /** Where the cache and the remotes of that repository are: in the clone, or in the one it was made from. */
  readonly there: string
}

const clones = new WeakMap<Repository, Map<string, GitClone>>()

/**
 * Clones a Git repository at a revision, into a folder of its own: what is known of files is known by their paths. Within one
 * command each is cloned once. Errors: `not_found`, `unavailable`.
 */
export function cloneGit(repository: Repository, url: string, rev: string | undefined): GitClone {
  const made = clones.get(repository) ?? new Map<string, GitClone>()
  clones.set(repository, made)
  const key = `${url}\0${rev ?? ''}`
  const known = made.get(key)
  if (known && existsSync(known.folder)) return known
  const fresh = cloneAnew(repository, url, rev)
  made.set(key, fresh)
  return fresh
}

/** Removes the clones that work made, however it ends. */
export async function droppingClones<T>(
  repository: Repository,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } finally {
    rmSync(join(repository.own, 'imports'), { recursive: true, force: true })
  }
}

function cloneAnew(repository: Repository, url: string, rev: string | undefined): GitClone {
  const beside = resolve(repository.root, url)
  const near = existsSync(beside) ? beside : undefined
  const clone = join(repository.own, 'imports', randomUUID())
  mkdirSync(join(repository.own, 'imports'), { recursive: true })
  try {
    needGit(repository.root, ['clone', '--quiet', near ?? url, clone])
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new TidemillError(
      'unavailable',
      { problem: `Git could not clone ${url}: ${said}` },
      error,
    )
  }
  if (rev !== undefined && !switchTo(clone, rev))
    throw new TidemillError('not_found', { kind: `revision in ${url} called`, name: rev })
  const commit = git(clone, ['rev-parse', 'HEAD'])?.trim() ?? ''
  return {
    folder: clone,
    commit,
    there: near === undefined ? clone : (findRepository(near) ?? clone),
  }
}

/** Takes a file or folder of another Git repository into the cache; the commit it is of. Errors: `not_found`, `unavailable`. */
export async function takeFromGit(
  repository: Repository,
  { url, path, rev, ...access }: GitSource,
): Promise<{ readonly entry: Entry; readonly commit: string }> {
  const { folder, commit, there } = cloneGit(repository, url, rev)
  const entry =
    (await takeRecorded(repository, folder, sourceAt(there, access), path)) ??
    (await takePlain(repository, join(folder, path)))
  if (!entry)
    throw new TidemillError('not_found', { kind: `file or folder in ${url} called`, name: path })
  return { entry, commit }
}

/** The repository that data comes from, with the settings that were given for it. */
export function sourceAt(there: string, access: SourceAccess = {}): Repository {
  const source = openRepository(there)
  const config = new Map([...source.config].map(([section, keys]) => [section, new Map(keys)]))
  const set = (section: string, keys: Iterable<readonly [string, string]>): void => {
    config.set(section, new Map([...(config.get(section) ?? []), ...keys]))
  }
  if (access.config !== undefined)
    for (const [section, keys] of readConfigFile(resolve(access.config))) set(section, keys)
  if (access.remote !== undefined) set('core', [['remote', access.remote]])
  const name = config.get('core')?.get('remote')
  if (access.remoteConfig && name !== undefined) set(`remote "${name}"`, access.remoteConfig)
  return { ...source, config }
}

/** Where the object of a file lies on the remote of the repository that records it. Errors: `not_found`, `unavailable`. */
export function urlInGit(repository: Repository, { url, path, rev, ...access }: GitSource): string {
  const { folder, there } = cloneGit(repository, url, rev)
  const { outputs } = existsSync(join(folder, '.dvc'))
    ? recordedOutputs(loadPipeline(folder), openLocks(folder))
    : { outputs: [] }
  const md5 = outputs.find(({ out }) => out.target === path)?.entry.md5
  if (md5 === undefined)
    throw new TidemillError('not_found', { kind: `data in ${url} called`, name: path })
  return `${remoteSettings(sourceAt(there, access)).url}/${remotePath(md5)}`
}

/** Whether a commit of another repository has a path, kept by Git or recorded; the commit. Errors: `not_found`, `unavailable`. */
export function findInGit(repository: Repository, { url, path, rev }: GitSource): string {
  const { folder, commit } = cloneGit(repository, url, rev)
  const recorded = (): boolean =>
    existsSync(join(folder, '.dvc')) &&
    recordedOutputs(loadPipeline(folder), openLocks(folder)).outputs.some(
      ({ out }) => path === out.target || path.startsWith(`${out.target}/`),
    )
  if (!existsSync(join(folder, path)) && !recorded())
    throw new TidemillError('not_found', { kind: `file or folder in ${url} called`, name: path })
  return commit
}

function switchTo(clone: string, rev: string): boolean {
  return [rev, `origin/${rev}`].some(
    (each) => git(clone, ['checkout', '--quiet', '--detach', each]) !== undefined,
  )
}

/** What a pipeline or a `.dvc` file there records of a path; `source` has its cache and remotes. */
async function takeRecorded(
  repository: Repository,
  clone: string,
  source: Repository,
  path: string,
): Promise<Entry | undefined> {
  if (!existsSync(join(clone, '.dvc'))) return undefined
  const { outputs } = recordedOutputs(loadPipeline(clone), openLocks(clone))
  const found = outputs.find(({ out }) => out.target === path || path.startsWith(`${out.target}/`))
  if (!found?.entry.md5) {
    refuseMixed(outputs, path)
    return undefined
  }
  await obtain(repository, source, found.entry.md5)
  const files = repository.cache.manifest(found.entry.md5) ?? []
  if (found.out.target === path) {
    await obtainAll(repository, source, files)
    return found.entry
  }
  const name = path.slice(found.out.target.length + 1).replace(/\/$/, '')
  const inner = files.find((file) => file.path === name)
  const below = files.flatMap((file) =>
    file.path.startsWith(`${name}/`) ? [{ ...file, path: file.path.slice(name.length + 1) }] : [],
  )
  const wanted = inner ? [inner] : below
  if (wanted.length === 0) return undefined
  await obtainAll(repository, source, wanted)
  const size = wanted.reduce((sum, { md5 }) => sum + statSync(repository.cache.path(md5)).size, 0)
  if (inner) return { path: '', hash: 'md5', md5: inner.md5, size }
  const manifest = makeManifest(below)
  repository.cache.addBytes(manifest.text, manifest.md5)
  return { path: '', hash: 'md5', md5: manifest.md5, size, nfiles: below.length }
}

/** Refuses a folder of Git's files in which data lies that Git does not have: without it the folder would look whole. */
function refuseMixed(outputs: readonly RecordedOutput[], path: string): void {
  const folder = posix.normalize(path).replace(/\/$/, '')
  const below = outputs.filter(
    ({ out }) => out.cache && (folder === '.' || out.target.startsWith(`${folder}/`)),
  )
  if (below.length === 0) return
  const names = below.map(({ out }) => out.target).join(', ')
  throw new TidemillError('conflict', {
    problem: `${path} is a folder of Git's in which there is data of a pipeline or of .dvc files: ${names}. Bring each of them by itself.`,
  })
}

async function takePlain(repository: Repository, from: string): Promise<Entry | undefined> {
  const content = await contentToKeep(repository, from)
  if (!content) return undefined
  await commitContent(repository, from, content)
  return entryOf('', content)
}

function obtain(repository: Repository, source: Repository, md5: string): Promise<void> {
  return obtainAll(repository, source, [{ md5 }])
}

/** Brings objects into our cache: from the cache there, else from the remote there, which is opened once. */
async function obtainAll(
  repository: Repository,
  source: Repository,
  objects: readonly { readonly md5: string }[],
): Promise<void> {
  const far: string[] = []
  for (const md5 of new Set(objects.map((each) => each.md5))) {
    if (existsSync(repository.cache.path(md5))) continue
    const near = source.cache.path(md5)
    if (existsSync(near)) await repository.cache.addFile(near, md5)
    else far.push(md5)
  }
  if (far.length === 0) return
  const remote = openRemote(source)
  try {
    await inParallel(far, defaultJobs(remoteSettings(source).options), async (md5) => {
      if (!(await receive(repository, remote, md5)))
        throw new TidemillError('object_corrupt', { digest: `md5:${md5} on ${remote.name}` })
    })
  } finally {
    await remote.close()
  }
}

/** The files of a folder that another repository records; none when its manifest is nowhere to be had. */
export async function obtainManifest(
  repository: Repository,
  source: Repository,
  md5: string,
): Promise<readonly TreeFile[]> {
  try {
    await obtain(repository, source, md5)
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error
  }
  return repository.cache.manifest(md5) ?? []
}
