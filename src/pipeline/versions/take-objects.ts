import { existsSync } from 'node:fs'
import { TidemillError } from '#contract/error'
import { inParallel } from '../remotes/in-parallel.ts'
import type { Remote } from '../remotes/remote.ts'
import type { Repository } from '../repository.ts'
import { receive } from './receive.ts'
import type { TransferOptions, TransferSet } from './transfer-set.ts'

export interface Taken {
  readonly taken: number
  /** What the remote does not have. */
  readonly lost: ReadonlySet<string>
  /** What is not what its name says there. */
  readonly corrupt: readonly string[]
}

/** Brings the objects of a set that the cache lacks, manifests first, as they name the files that are to come. */
export async function takeAll(
  repository: Repository,
  remote: Remote,
  set: TransferSet,
  options: Pick<TransferOptions, 'onProgress'> & { readonly jobs: number },
): Promise<Taken> {
  const { cache } = repository
  const lost = new Set<string>()
  const corrupt: string[] = []
  const legacy = new Set([...set.digests].filter((md5) => set.isLegacy(md5)))
  // what a present folder names lies where present objects do, whatever older ones name too
  const present = new Set([...set.digests].filter((md5) => !legacy.has(md5)))
  let [taken, done, total, bytes] = [0, 0, 0, 0]
  const onBytes = (count: number): void => {
    bytes += count
    options.onProgress?.(done, total, bytes)
  }
  const isOld = (md5: string): boolean => legacy.has(md5) && !present.has(md5)
  const take = async (md5: string): Promise<void> => {
    if (!existsSync(cache.path(md5)) || !(await cache.verify(md5))) {
      try {
        if (await receive(repository, remote, md5, isOld(md5), onBytes)) taken += 1
        else corrupt.push(md5)
      } catch (error) {
        if (!(error instanceof TidemillError) || error.code !== 'remote_object_missing') throw error
        lost.add(md5)
      }
    }
    done += 1
    options.onProgress?.(done, total, bytes)
  }
  const folders = [...set.digests].filter((md5) => md5.endsWith('.dir'))
  total = folders.length
  await inParallel(folders, options.jobs, take)
  const files = new Set([...set.digests].filter((md5) => !md5.endsWith('.dir')))
  for (const md5 of folders) {
    for (const file of cache.manifest(md5) ?? []) {
      if (!set.wants(md5, file.path)) continue
      files.add(file.md5)
      ;(legacy.has(md5) ? legacy : present).add(file.md5)
    }
  }
  total += files.size
  await inParallel([...files], options.jobs, take)
  return { taken, lost, corrupt }
}
