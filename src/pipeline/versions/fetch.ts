import { TidemillError } from '#contract/error'
import { refuseEditedLinks } from '../cache/edited-links.ts'
import type { Pipeline } from '../model.ts'
import { defaultJobs } from '../remotes/in-parallel.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { remoteSettings } from '../remotes/settings.ts'
import { openRepository, type Repository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { bringRuns } from './bring-runs.ts'
import { checkoutAll, type CheckoutResult } from './checkout.ts'
import { bringNoted, fetchImports } from './fetch-imports.ts'
import { recordedNow } from './recorded-then.ts'
import { takeAll } from './take-objects.ts'
import { fetchRuns } from './transfer-runs.ts'
import {
  transferSets,
  type FetchOptions,
  type TransferOptions,
  type TransferResult,
} from './transfer-set.ts'

export interface FetchResult extends TransferResult {
  /** Digests that neither the cache nor the remote has. */
  readonly lost: readonly string[]
}

/**
 * Copies from a remote what the cache lacks; every object's digest is checked before it gets its name. One bad object does not keep
 * the others. Errors, at the end: `object_corrupt`.
 */
export async function fetch(pipeline: Pipeline, options: FetchOptions = {}): Promise<FetchResult> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, async () => {
    if (!options.force) await refuseEditedLinks(repository, recordedNow(pipeline, options))
    const { corrupt, ...fetched } = await fetchAll(pipeline, repository, options)
    const ofRuns = await bringRuns(pipeline, repository, options)
    refuse([...corrupt, ...ofRuns.corrupt])
    return { ...fetched, objects: fetched.objects + ofRuns.objects }
  })
}

/** `fetch`, then `checkout` of what came. */
export async function pull(
  pipeline: Pipeline,
  options: FetchOptions = {},
): Promise<FetchResult & CheckoutResult> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, async () => {
    if (!options.force) await refuseEditedLinks(repository, recordedNow(pipeline, options))
    const noted = await bringNoted(pipeline, repository, options)
    const { corrupt, ...fetched } = await fetchAll(pipeline, repository, options, noted)
    const checkedOut = await checkoutAll(pipeline, repository, options)
    // which runs are of use is known by what lies in the work tree now
    const ofRuns = await bringRuns(pipeline, repository, options)
    refuse([...corrupt, ...ofRuns.corrupt])
    return { ...fetched, ...checkedOut, objects: fetched.objects + ofRuns.objects }
  })
}

interface Fetched extends FetchResult {
  /** Objects of the remote whose bytes are not what their names say. */
  readonly corrupt: readonly string[]
}

async function fetchAll(
  pipeline: Pipeline,
  repository: Repository,
  options: TransferOptions,
  noted = 0,
): Promise<Fetched> {
  let [objects, runs] = [0, 0]
  const lost = new Set<string>()
  const corrupt: string[] = []
  if (options.runCache) {
    const remote = openRemote(repository, options.remote)
    try {
      runs = await fetchRuns(repository, remote, options.jobs ?? 8)
    } finally {
      await remote.close()
    }
  }
  const imported = noted + (await fetchImports(pipeline, repository, options))
  const sets = transferSets(pipeline, repository, options, false)
  for (const [name, set] of sets) {
    // all of it may be here, from imports or before: then no remote is needed
    const whole = [...set.digests].every((md5) => repository.cache.has(md5))
    if (name === undefined && imported > 0 && whole) continue
    const remote = openRemote(repository, name)
    const jobs = options.jobs ?? defaultJobs(remoteSettings(repository, name).options)
    try {
      const done = await takeAll(repository, remote, set, { ...options, jobs })
      objects += done.taken
      for (const md5 of done.lost) lost.add(md5)
      corrupt.push(...done.corrupt.map((md5) => `md5:${md5} on ${remote.name}`))
    } finally {
      await remote.close()
    }
  }
  // what came is named already: it must outlast a lost machine
  await repository.cache.settle()
  if (sets.size === 0 && imported === 0) openRemote(repository, options.remote)
  repository.state.save()
  return { objects: objects + imported, runs, lost: [...lost], corrupt }
}

function refuse(corrupt: readonly string[]): void {
  if (corrupt.length > 0) throw new TidemillError('object_corrupt', { digest: corrupt.join(', ') })
}
