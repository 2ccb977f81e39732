import { relative, resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import { inspector } from '../changes.ts'
import { buildGraph } from '../graph.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { openLocks } from '../lock-store.ts'
import { findRoot, openRepository } from '../repository.ts'
import { refuseOutdatedIn } from '../run/refuse-outdated.ts'
import { commit } from '../versions/commit.ts'
import { experimentRef, headOf, namesOn, type ExperimentRef } from './experiment-refs.ts'
import { freeName } from './exp-run.ts'
import { saveExperiment } from './save-experiment.ts'

/**
 * Keeps the work tree as it is as an experiment, without running anything. Errors: `conflict` without a commit, `already_exists`,
 * `data_outdated`.
 */
export async function saveWorkTree(
  folder: string,
  options: {
    readonly name?: string
    readonly message?: string
    readonly force?: boolean
    /** Files that Git does not track and that are kept too. */
    readonly includeUntracked?: readonly string[]
  } = {},
): Promise<ExperimentRef> {
  const root = findRoot(folder)
  const baseline = headOf(root)
  if (baseline === undefined)
    throw new TidemillError('conflict', { problem: `${root} has no commit: git commit first.` })
  const taken = namesOn(root, baseline)
  const replaced = options.force === true && options.name !== undefined && taken.has(options.name)
  const name = replaced && options.name !== undefined ? options.name : freeName(taken, options.name)
  const pipeline = loadPipeline(folder)
  const graph = buildGraph(pipeline)
  const repository = openRepository(root)
  const inspect = inspector(repository, openLocks(root))
  await refuseOutdatedIn(repository, inspect, graph, graph.nodes)
  await commit(pipeline)
  const untracked = (options.includeUntracked ?? []).map((path) => relative(root, resolve(path)))
  const rev = saveExperiment(loadPipeline(folder), baseline, name, {
    untracked,
    ...(options.message === undefined ? {} : { message: options.message }),
  })
  return { name, baseline, rev, ref: experimentRef(baseline, name) }
}
