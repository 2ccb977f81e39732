import type { Pipeline } from '../model.ts'
import { openRepository } from '../repository.ts'
import {
  chosenData,
  compareData,
  hasCommits,
  presentData,
  recordedData,
  type DataChanges,
} from './tracked-data.ts'

export interface DataDiffOptions {
  /** A Git revision; `HEAD` unless given. */
  readonly from?: string
  /** A Git revision; the work tree unless given. */
  readonly to?: string
  readonly targets?: readonly string[]
}

export interface DataDiff extends DataChanges {
  /** Recorded data whose objects are neither in the work tree nor in the cache; only against the work tree. */
  readonly notInCache?: readonly string[]
}

/** Which data was added, deleted, modified and renamed; `undefined` while there is no commit. */
export async function dataDiff(
  pipeline: Pipeline,
  options: DataDiffOptions = {},
): Promise<DataDiff | undefined> {
  if (options.from === undefined && !hasCommits(pipeline.root)) return undefined
  const repository = openRepository(pipeline.root)
  const only = chosenData(pipeline, options.targets)
  const before = only(
    recordedData(pipeline, repository, { revision: options.from ?? 'HEAD', granular: true }),
  )
  if (options.to !== undefined) {
    const after = recordedData(pipeline, repository, { revision: options.to, granular: true })
    return compareData(before, only(after))
  }
  const after = only(await presentData(pipeline, repository, true))
  repository.state.save()
  const missing = [...before].filter(
    ([path, md5]) => !after.has(path) && !repository.cache.has(md5),
  )
  const lost = new Set(missing.map(([path]) => path))
  const recorded = recordedData(pipeline, repository)
  const known = new Map([...before].filter(([path]) => !(lost.has(path) && recorded.has(path))))
  return {
    ...compareData(known, after),
    notInCache: [...lost].filter((path) => recorded.has(path)).sort(),
  }
}
