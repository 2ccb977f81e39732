import { resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import { loadPipeline } from '../../load-pipeline.ts'
import { assignedFiles } from '../assignment.ts'
import { freeName, pathsToCopy } from '../exp-run.ts'
import { headOf, namesOn } from '../experiment-refs.ts'
import { commitFiles } from '../save-experiment.ts'
import { openQueue, queueRef, type QueuedExperiment } from './queue-store.ts'
import { queuedRun, type QueuedRun } from './queued-run.ts'
import { git } from '../../git.ts'

export interface EnqueueOptions extends QueuedRun {
  /** One only: `name`; several: `name-1`, `name-2` …; invented unless given. */
  readonly name?: string
  readonly message?: string
  /** Files and folders that Git does not have and the runs need. */
  readonly copyPaths?: readonly string[]
}

/**
 * Queues an experiment for each set of overrides, all on the work tree as it is now. Errors: `conflict` without a commit,
 * `already_exists` for a name, `bad_request` for an override that cannot be set: nothing is queued then.
 */
export function enqueue(
  folder: string,
  points: readonly (readonly string[])[],
  options: EnqueueOptions = {},
): readonly QueuedExperiment[] {
  const pipeline = loadPipeline(folder)
  const { root } = pipeline
  const baseline = headOf(root)
  if (baseline === undefined) {
    throw new TidemillError('conflict', {
      problem: `${root} has no commit to start an experiment from: git commit the pipeline first.`,
    })
  }
  const { name: wanted, message, copyPaths } = options
  const rest = {
    ...queuedRun(options),
    ...(message === undefined ? {} : { message }),
    ...(copyPaths === undefined ? {} : { copyPaths }),
    ...(pipeline.folder === '.' ? {} : { folder: pipeline.folder }),
  }
  pathsToCopy(folder, root, copyPaths ?? [])
  const queue = openQueue(root)
  const waiting = queue.list().filter(({ state }) => state === 'queued' || state === 'running')
  const taken = new Set([...namesOn(root, baseline), ...waiting.map(({ name }) => name)])
  // better said now than in a log later
  const changed = points.flatMap((point) => [...assignedFiles(root, resolve(folder), point).keys()])
  const named = points.map((set, at) => {
    const given = wanted === undefined || points.length === 1 ? wanted : `${wanted}-${at + 1}`
    const name = freeName(taken, given)
    taken.add(name)
    return { name, set }
  })
  const ref = queueRef('work-tree')
  const files = commitFiles(pipeline, baseline, ref, 'the work tree of queued experiments', [
    ...new Set(changed),
  ])
  try {
    return queue.add(named.map((each) => ({ ...rest, ...each, baseline, files })))
  } finally {
    git(root, ['update-ref', '-d', ref])
  }
}
