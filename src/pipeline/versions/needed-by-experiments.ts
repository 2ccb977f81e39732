import { livingTrees } from '../experiments/own-tree.ts'
import { openQueue } from '../experiments/queue/queue-store.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { openLocks } from '../lock-store.ts'
import type { Repository } from '../repository.ts'
import { keepObject, keepRevision } from './kept-objects.ts'
import { recordedOutputs } from './recorded-outputs.ts'

/** What experiments and attributions that wait or run beside the user's files need of the cache, which they share. */
export interface ExperimentNeeds {
  readonly needed: ReadonlySet<string>
  /** When the first of those that run began (ms): what came into the cache since may be theirs, recorded or not yet. */
  readonly newerThan?: number
}

export function neededByExperiments(repository: Repository): ExperimentNeeds {
  const { root } = repository
  const needed = new Set<string>()
  const begun: number[] = []
  for (const { state, baseline, files, startedAt } of openQueue(root).list()) {
    if (state !== 'queued' && state !== 'running') continue
    for (const commit of new Set([baseline, files])) keepRevision(commit, root, repository, needed)
    if (state === 'running' && startedAt !== undefined) begun.push(startedAt)
  }
  for (const { place, since } of livingTrees(repository)) {
    begun.push(since)
    const pipeline = loadPipeline(place)
    for (const { entry } of recordedOutputs(pipeline, openLocks(pipeline.root)).outputs)
      if (entry.md5 !== undefined) keepObject(entry.md5, repository, needed)
  }
  if (begun.length > 0) addRuns(repository, needed)
  return { needed, ...(begun.length === 0 ? {} : { newerThan: Math.min(...begun) }) }
}

/** One that runs may find any run that is kept, and record what that made at any moment. */
function addRuns({ runs, cache }: Repository, needed: Set<string>): void {
  for (const { md5 } of runs.all().flatMap((run) => run.outs)) {
    if (md5 === undefined || needed.has(md5)) continue
    needed.add(md5)
    for (const file of (md5.endsWith('.dir') ? cache.manifest(md5) : undefined) ?? [])
      needed.add(file.md5)
  }
}
