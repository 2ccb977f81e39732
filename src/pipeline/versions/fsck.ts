import { existsSync, rmSync } from 'node:fs'
import { TidemillError } from '#contract/error'
import { asideIn, cacheObjects, setAside } from '../cache/cache-objects.ts'
import { remotesOf } from '../config.ts'
import { hashFile } from '../files/hash-file.ts'
import { legacyHash } from '../files/legacy-hash.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { inParallel } from '../remotes/in-parallel.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { digestAt, remotePath, type Remote } from '../remotes/remote.ts'
import { openRepository, type Repository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { isWhole } from './gc.ts'
import { receive } from './receive.ts'
import { recordedOutputs } from './recorded-outputs.ts'

export interface FsckOptions {
  /**
   * Damaged objects are set aside, those of before go, and a sound copy is put in their place where there is one, from the remote. A
   * damaged one of the remote gives way to a sound copy from here, and stays where there is none: it may be all that is left.
   */
  readonly repair?: boolean
  /** Reads the remote's objects too. */
  readonly cloud?: boolean
  /** The remote; the default one unless given. */
  readonly remote?: string
  readonly onProgress?: (checked: number) => void
}

export interface FsckResult {
  /** Objects whose bytes were read. */
  readonly checked: number
  /** Digests of objects whose bytes were not what their name says. */
  readonly corrupt: readonly string[]
  /** Those that a sound copy was put in place of, or that were missing and came back. */
  readonly repaired: readonly string[]
  /** Files of objects that were found damaged before, and set aside: a repair removes them. */
  readonly setAside?: readonly string[]
  /** Recorded outputs that the cache does not have whole, now. */
  readonly missing: readonly string[]
  readonly remote?: {
    readonly checked: number
    readonly corrupt: readonly string[]
    readonly repaired: readonly string[]
  }
}

/**
 * Reads every object of the cache, and of the remote when asked to, and checks its digest, whatever is remembered of it; looks for
 * what is recorded and not there.
 */
export async function fsck(pipeline: Pipeline, options: FsckOptions = {}): Promise<FsckResult> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, async () => {
    const corrupt: string[] = []
    let checked = 0
    const aside = asideIn(repository.cache.folder)
    if (options.repair) for (const file of aside) rmSync(file, { force: true })
    for (const { file, md5, legacy } of cacheObjects(repository.cache.folder)) {
      if (md5 === undefined) continue
      const name = md5.slice(0, 32)
      const whole =
        (await hashFile(file)).md5 === name || (legacy && (await legacyHash(file)) === name)
      checked += 1
      options.onProgress?.(checked)
      if (whole) continue
      corrupt.push(md5)
      if (options.repair) setAside(file)
    }
    const remote = openFor(repository, options)
    try {
      const repaired =
        options.repair && remote ? await bringBack(pipeline, repository, remote, corrupt) : []
      const damaged = new Set(corrupt.filter((md5) => !repaired.includes(md5)))
      const there =
        options.cloud && remote
          ? await checkRemote(repository, remote, damaged, options)
          : undefined
      return {
        checked,
        corrupt,
        repaired,
        missing: missingOutputs(pipeline, repository, damaged),
        ...(aside.length === 0 ? {} : { setAside: aside }),
        ...(there === undefined ? {} : { remote: there }),
      }
    } finally {
      await remote?.close()
    }
  })
}

/** The remote that is asked; a repair goes on without one when none is set. */
function openFor(repository: Repository, options: FsckOptions): Remote | undefined {
  const named = options.remote !== undefined || options.cloud === true
  if (!named && remotesOf(repository.config).core === undefined) return undefined
  return named || options.repair ? openRemote(repository, options.remote) : undefined
}

/** Fetches what was damaged, and what is recorded and not here, where the remote has it whole. */
async function bringBack(
  pipeline: Pipeline,
  repository: Repository,
  remote: Remote,
  corrupt: readonly string[],
): Promise<readonly string[]> {
  const { cache } = repository
  const back: string[] = []
  const take = async (md5: string): Promise<void> => {
    if (existsSync(cache.path(md5))) return
    try {
      if (await receive(repository, remote, md5)) back.push(md5)
    } catch (error) {
      if (!(error instanceof TidemillError) || error.code !== 'remote_object_missing') throw error
    }
  }
  const { outputs } = recordedOutputs(pipeline, openLocks(pipeline.root))
  const recorded = outputs.flatMap(({ out, entry }) =>
    out.cache && entry.md5 !== undefined ? [entry.md5] : [],
  )
  await inParallel([...new Set([...corrupt, ...recorded])], 8, take)
  const inner = recorded.flatMap((md5) => cache.manifest(md5) ?? []).map((file) => file.md5)
  await inParallel([...new Set(inner)], 8, take)
  return back
}

async function checkRemote(
  repository: Repository,
  remote: Remote,
  damaged: ReadonlySet<string>,
  options: FsckOptions,
): Promise<NonNullable<FsckResult['remote']>> {
  const corrupt: string[] = []
  const repaired: string[] = []
  let checked = 0
  const digests: string[] = []
  for await (const path of remote.list('files/md5')) digests.push(digestAt(path) ?? '')
  await inParallel(
    digests.filter((md5) => md5 !== ''),
    8,
    async (md5) => {
      checked += 1
      if (await isWhole(repository, remote, md5)) return
      corrupt.push(md5)
      const here = repository.cache.path(md5)
      if (!options.repair || damaged.has(md5) || !existsSync(here)) return
      await remote.remove(remotePath(md5))
      await remote.put(remotePath(md5), here)
      repaired.push(md5)
    },
  )
  return { checked, corrupt, repaired }
}

function missingOutputs(
  pipeline: Pipeline,
  repository: Repository,
  damaged: ReadonlySet<string>,
): readonly string[] {
  const { outputs } = recordedOutputs(pipeline, openLocks(pipeline.root))
  return outputs.flatMap(({ out, entry }) => {
    if (!out.cache || entry.md5 === undefined) return []
    const files = repository.cache.manifest(entry.md5) ?? []
    const there =
      repository.cache.has(entry.md5) &&
      ![entry.md5, ...files.map((file) => file.md5)].some((md5) => damaged.has(md5))
    return there ? [] : [out.target]
  })
}
