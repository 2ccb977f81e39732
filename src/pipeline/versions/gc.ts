import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { cacheObjects } from '../cache/cache-objects.ts'
import { remotesOf } from '../config.ts'
import { readManifest } from '../files/manifest.ts'
import type { Pipeline } from '../model.ts'
import { defaultJobs, inParallel } from '../remotes/in-parallel.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { presentOn } from '../remotes/presence.ts'
import { digestAt, remotePath, type Remote } from '../remotes/remote.ts'
import { remoteSettings } from '../remotes/settings.ts'
import { openRepository, type Repository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { keptObjects, type KeepOptions } from './kept-objects.ts'
import { neededByExperiments } from './needed-by-experiments.ts'

export interface GcOptions extends KeepOptions {
  /** Nothing is removed unless this is false. */
  readonly dry?: boolean
  /** Objects that came into the cache less than so many milliseconds ago stay. */
  readonly minimumAge?: number
  /** Keeps what a remote does not provably have too: the copy there is read and its digest checked. */
  readonly provenOnly?: boolean
  /** Removes from the remote as well; with `provenOnly` what the cache has a sound copy of, and keeps. */
  readonly cloud?: boolean
  /** The remote that is asked, and with `cloud` cleared; the default one unless given. */
  readonly remote?: string
  readonly jobs?: number
}

export interface GcResult {
  readonly objects: number
  readonly bytes: number
  /** Unused objects that stay, because nothing proves a copy elsewhere. */
  readonly lastCopies: number
  /** Unused objects that stay because they are new, or in a folder that stays. */
  readonly recent: number
  /** Objects on the remote. */
  readonly remoteObjects: number
  readonly dry: boolean
}

/** Removes objects from the cache that nothing kept refers to. Runs are left; a run whose objects are gone is run again. */
export async function gc(pipeline: Pipeline, options: GcOptions = {}): Promise<GcResult> {
  const repository = openRepository(pipeline.root)
  const remote = options.cloud ? openRemote(repository, options.remote) : undefined
  return withRepositoryLock(repository, async () => {
    const dry = options.dry !== false
    const used = keptObjects(pipeline, repository, options)
    const { needed, newerThan } = neededByExperiments(repository)
    for (const md5 of needed) used.add(md5)
    // others begin and end while the remote is asked
    const askAgain = (): void => {
      for (const md5 of neededByExperiments(repository).needed) used.add(md5)
    }
    const oldest = Math.min(Date.now() - (options.minimumAge ?? 0), newerThan ?? Infinity)
    const spareNew = options.minimumAge !== undefined || newerThan !== undefined
    let recent = 0
    const recentThere = new Set<string>()
    // a folder that stays keeps its files
    const staying = new Set<string>()
    const filesOf = (md5: string | undefined): readonly string[] => {
      const files = md5?.endsWith('.dir') ? (repository.cache.manifest(md5) ?? []) : []
      return files.map((file) => file.md5)
    }
    const stays = (md5: string | undefined): void => {
      for (const file of filesOf(md5)) staying.add(file)
    }
    const unused = [...cacheObjects(repository.cache.folder)].flatMap(({ file, md5 }) => {
      if (md5 !== undefined && used.has(md5)) return []
      const { size, mtimeMs } = statSync(file)
      if (spareNew && mtimeMs > oldest) {
        recent += 1
        stays(md5)
        if (md5 !== undefined) recentThere.add(md5)
        for (const file of filesOf(md5)) recentThere.add(file)
        return []
      }
      return [{ file, md5, size }]
    })
    // the proofs come before anything goes, there or here
    const digests = unused.flatMap(({ md5 }) => md5 ?? [])
    const proven = options.provenOnly ? await provenOn(repository, digests, options) : undefined
    for (const md5 of proven ? digests : []) if (!proven?.has(md5)) stays(md5)
    askAgain()
    const keptThere = new Set([...used, ...recentThere])
    const remoteObjects = remote
      ? await clear(remote, repository, keptThere, { dry, cachedOnly: options.provenOnly === true })
      : 0
    askAgain()
    let [objects, bytes, lastCopies] = [0, 0, 0]
    for (const { file, md5, size } of manifestsFirst(unused)) {
      if (md5 !== undefined && used.has(md5)) continue
      if (md5 !== undefined && proven && !proven.has(md5)) {
        lastCopies += 1
        continue
      }
      if (md5 !== undefined && staying.has(md5)) {
        recent += 1
        continue
      }
      bytes += size
      if (md5 !== undefined) objects += 1
      if (!dry) rmSync(file, { force: true })
    }
    return { objects, bytes, lastCopies, recent, remoteObjects, dry }
  })
}

/** One that is there must not name files that are not, wherever this is cut off. */
function manifestsFirst<T extends { readonly md5: string | undefined }>(
  objects: readonly T[],
): T[] {
  const isManifest = ({ md5 }: T): boolean => md5?.endsWith('.dir') === true
  return [...objects.filter(isManifest), ...objects.filter((each) => !isManifest(each))]
}

/** Which objects a remote has whole: each is read there. Without a remote that can be reached nothing is proven. */
async function provenOn(
  repository: Repository,
  digests: readonly string[],
  options: GcOptions,
): Promise<ReadonlySet<string>> {
  const proven = new Set<string>()
  // copies that go themselves prove nothing
  if (options.cloud) return proven
  const { remotes, core } = remotesOf(repository.config)
  const wanted = options.remote ?? core
  if (options.remote === undefined && !remotes.some((each) => each.name === wanted)) return proven
  const remote = openRemote(repository, options.remote)
  const jobs = options.jobs ?? defaultJobs(remoteSettings(repository, options.remote).options)
  try {
    const there = await presentOn(remote, digests.map(remotePath), jobs)
    const claimed = digests.filter((md5) => there.has(remotePath(md5)))
    await inParallel(claimed, jobs, async (md5) => {
      if (await isWhole(repository, remote, md5)) proven.add(md5)
    })
  } catch (error) {
    // one that was not named and cannot be asked proves nothing, which keeps everything
    if (options.remote !== undefined || !(error instanceof TidemillError)) throw error
  } finally {
    await remote.close()
  }
  return proven
}

/** Reads an object of a remote and checks its digest. */
export async function isWhole(
  repository: Repository,
  remote: Remote,
  md5: string,
): Promise<boolean> {
  const copy = join(repository.own, 'proof', md5)
  rmSync(copy, { force: true })
  try {
    return (await remote.get(remotePath(md5), copy)) === md5.slice(0, 32)
  } finally {
    rmSync(copy, { force: true })
  }
}

/** Removes from a remote what is not used, `cachedOnly` what the cache has a sound copy of; how many objects that are. */
async function clear(
  remote: Remote,
  repository: Repository,
  used: Set<string>,
  { dry, cachedOnly }: { readonly dry: boolean; readonly cachedOnly: boolean },
): Promise<number> {
  try {
    // a folder that is not in the cache still needs its files there
    for (const md5 of used) {
      if (!md5.endsWith('.dir') || repository.cache.manifest(md5)) continue
      if (!(await remote.stat(remotePath(md5)))) continue
      const copy = join(repository.own, 'proof', md5)
      rmSync(copy, { force: true })
      await remote.get(remotePath(md5), copy)
      const files = readManifest(readFileSync(copy, 'utf8'))
      rmSync(copy, { force: true })
      if (!files)
        throw new TidemillError('object_corrupt', { digest: `md5:${md5} on ${remote.name}` })
      for (const file of files) used.add(file.md5)
    }
    // a listing that goes on while its objects are removed may pass some over
    const paths: string[] = []
    for await (const path of remote.list('files/md5')) {
      const md5 = digestAt(path)
      if (md5 === undefined || used.has(md5)) continue
      if (!cachedOnly || (await repository.cache.verify(md5))) paths.push(path)
    }
    const ordered = manifestsFirst(paths.map((path) => ({ path, md5: digestAt(path) })))
    if (!dry) for (const { path } of ordered) await remote.remove(path)
    return paths.length
  } finally {
    await remote.close()
  }
}
