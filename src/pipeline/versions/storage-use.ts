import { statSync } from 'node:fs'
import { TidemillError } from '#contract/error'
import { cacheObjects } from '../cache/cache-objects.ts'
import { remotesOf } from '../config.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { digestAt } from '../remotes/remote.ts'
import { openRepository, type Repository } from '../repository.ts'
import { everRecorded } from './ever-recorded.ts'
import { recordedOutputs } from './recorded-outputs.ts'

export interface Amount {
  readonly objects: number
  readonly bytes: number
}

export interface StorageUse {
  readonly folder: string
  readonly total: Amount
  /** What neither the work tree nor any commit or experiment records; absent where not every commit is here and can be read. */
  readonly unused?: Amount
  /** What the default remote does not have; absent where there is none that can be asked. */
  readonly onlyHere?: Amount
  readonly runs: number
  readonly outputs: readonly {
    readonly path: string
    readonly size: number
    readonly files: number
    readonly here: boolean
    readonly onRemote?: boolean
  }[]
  readonly remotes: readonly {
    readonly name: string
    readonly url: string
    readonly default: boolean
    readonly stored?: number
    readonly problem?: string
  }[]
}

/** What the cache holds, what of it nothing refers to, and what no remote has. Asks each remote for its list once. */
export async function storageUse(pipeline: Pipeline): Promise<StorageUse> {
  const repository = openRepository(pipeline.root)
  const { used, data, whole } = everRecorded(pipeline, repository)
  const { remotes, core } = remotesOf(repository.config)
  const asked = await Promise.all(remotes.map(({ name }) => askRemote(repository, name)))
  const stored = asked[remotes.findIndex((remote) => remote.name === core)]?.stored

  let [total, unused, onlyHere]: Amount[] = [nothing, nothing, nothing]
  for (const { file, md5 } of cacheObjects(repository.cache.folder)) {
    const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    total = plus(total, bytes)
    if (md5 === undefined || !used.has(md5)) unused = plus(unused, bytes)
    else if (stored && data.has(md5) && !stored.has(md5)) onlyHere = plus(onlyHere, bytes)
  }
  const { outputs } = recordedOutputs(pipeline, openLocks(pipeline.root))
  return {
    folder: repository.cache.folder,
    total: total ?? nothing,
    ...(whole ? { unused: unused ?? nothing } : {}),
    ...(stored ? { onlyHere: onlyHere ?? nothing } : {}),
    runs: repository.runs.all().length,
    outputs: outputs
      .flatMap(({ out, entry }) => {
        if (!out.cache || entry.md5 === undefined) return []
        const where = {
          here: repository.cache.has(entry.md5),
          ...(stored ? { onRemote: stored.has(entry.md5) } : {}),
        }
        return [{ path: out.target, size: entry.size ?? 0, files: entry.nfiles ?? 1, ...where }]
      })
      .sort((a, b) => b.size - a.size),
    remotes: remotes.map(({ name, url }, index) => {
      const { stored: there, problem } = asked[index] ?? {}
      return {
        name,
        url,
        default: name === core,
        ...(there === undefined ? {} : { stored: there.size }),
        ...(problem === undefined ? {} : { problem }),
      }
    }),
  }
}

const nothing: Amount = { objects: 0, bytes: 0 }

function plus(amount: Amount = nothing, bytes: number): Amount {
  return { objects: amount.objects + 1, bytes: amount.bytes + bytes }
}

async function askRemote(
  repository: Repository,
  name: string,
): Promise<{ readonly stored?: ReadonlySet<string>; readonly problem?: string }> {
  const remote = openRemote(repository, name)
  try {
    const stored = new Set<string>()
    for await (const path of remote.list('files/md5')) {
      const md5 = digestAt(path)
      if (md5 !== undefined) stored.add(md5)
    }
    return { stored }
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error
    return { problem: error.message }
  } finally {
    await remote.close()
  }
}
