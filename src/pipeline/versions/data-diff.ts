import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import type { Pipeline } from '../model.ts'
import { openRepository } from '../repository.ts'
import { targetOf } from '../definition/read-stage.ts'
import {
  chosenData,
  compareData,
  hasCommits,
  presentData,
  recordedData,
  type DataChanges,
  type TrackedData,
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

/** Which data was added, deleted, modified and renamed; `undefined` while there is no commit. Errors: `not_found` for a target. */
export async function dataDiff(
  pipeline: Pipeline,
  options: DataDiffOptions = {},
): Promise<DataDiff | undefined> {
  const repository = openRepository(pipeline.root)
  const only = chosenData(pipeline, options.targets)
  if (options.from === undefined && !hasCommits(pipeline.root)) {
    const recorded = recordedData(pipeline, repository, { granular: true })
    requireTargets(pipeline, options.targets, [recorded])
    return undefined
  }
  const recordedAt = (revision: string) =>
    only(recordedData(pipeline, repository, { revision, granular: true }))
  const before = recordedAt(options.from ?? 'HEAD')
  if (options.to !== undefined) {
    const after = recordedAt(options.to)
    requireTargets(pipeline, options.targets, [before, after])
    return compareData(before, after)
  }
  const after = only(await presentData(pipeline, repository, true))
  repository.state.save()
  requireTargets(pipeline, options.targets, [before, after])
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

/** A target is data on one side, or at least a file that lies there. */
function requireTargets(
  pipeline: Pipeline,
  targets: readonly string[] = [],
  sides: readonly TrackedData[],
): void {
  for (const target of targets) {
    const isTarget = chosenData(pipeline, [target])
    if (sides.some((side) => isTarget(side).size > 0)) continue
    if (existsSync(join(pipeline.root, targetOf(target, pipeline.folder, pipeline.root)))) continue
    throw new TidemillError('not_found', { kind: 'data or file called', name: target })
  }
}
