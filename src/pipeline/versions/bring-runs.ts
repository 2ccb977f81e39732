import type { Pipeline } from '../model.ts'
import { defaultJobs } from '../remotes/in-parallel.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { remoteSettings } from '../remotes/settings.ts'
import type { Repository } from '../repository.ts'
import { foreseenRuns } from './foreseen-runs.ts'
import { takeAll } from './take-objects.ts'
import { looseObjects, type FetchOptions, type TransferOptions } from './transfer-set.ts'

export interface Brought {
  readonly objects: number
  /** What is not what its name says on the remote. */
  readonly corrupt: readonly string[]
}

/**
 * Brings what recorded runs made that the selected stages would take from them in place of running; of all others the records are
 * enough. Where a remote no longer has what one made, the next that would do is looked for.
 */
export async function bringRuns(
  pipeline: Pipeline,
  repository: Repository,
  options: FetchOptions,
): Promise<Brought> {
  const { cache } = repository
  const gone = new Set<string>()
  const corrupt: string[] = []
  let objects = 0
  while (options.runCache) {
    const foreseen = await foreseenRuns(pipeline, repository, options, (md5) => !gone.has(md5))
    const missing = foreseen.filter((md5) => !cache.has(md5) && !gone.has(md5))
    if (missing.length === 0) break
    const brought = await bringObjects(repository, missing, options)
    objects += brought.objects
    corrupt.push(...brought.corrupt)
    for (const md5 of missing) if (!cache.has(md5)) gone.add(md5)
  }
  return { objects, corrupt }
}

interface BringOptions extends Pick<TransferOptions, 'remote' | 'jobs' | 'onProgress'> {
  /** What a folder has in it, and not the files themselves. */
  readonly manifestsAlone?: boolean
}

/** Brings objects into the cache, folders with their files; what the remote does not have is passed over. */
export async function bringObjects(
  repository: Repository,
  digests: readonly string[],
  options: BringOptions = {},
): Promise<Brought> {
  const remote = openRemote(repository, options.remote)
  const jobs = options.jobs ?? defaultJobs(remoteSettings(repository, options.remote).options)
  try {
    const whole = looseObjects(digests)
    const set = options.manifestsAlone ? { ...whole, wants: () => false } : whole
    const done = await takeAll(repository, remote, set, { ...options, jobs })
    await repository.cache.settle()
    repository.state.save()
    return {
      objects: done.taken,
      corrupt: done.corrupt.map((md5) => `md5:${md5} on ${remote.name}`),
    }
  } finally {
    await remote.close()
  }
}
