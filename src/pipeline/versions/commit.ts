import { inspector } from '../changes.ts'
import { buildGraph, isStage } from '../graph.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository } from '../repository.ts'
import { localExecutor } from '../run/local-executor.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { recordData, recordStage, type RunnerContext } from '../run/stage-runner.ts'
import { findTargets } from '../targets.ts'
import type { Selection } from './recorded-outputs.ts'

/** Records the work tree as it is, as if every stage had just made it. Returns what changed. Errors: `output_missing`. */
export async function commit(
  pipeline: Pipeline,
  options: Selection = {},
): Promise<readonly string[]> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, async (held) => {
    const graph = buildGraph(pipeline)
    const locks = openLocks(pipeline.root)
    const inspect = inspector(repository, locks)
    const context: RunnerContext = {
      repository,
      locks,
      inspect,
      executor: localExecutor(),
      clock: { now: () => Date.now() },
      env: {},
      runCache: true,
      commit: true,
      emit: () => undefined,
      held,
    }
    const nodes = options.targets?.length
      ? findTargets(pipeline, graph, options.targets, options)
      : graph.nodes
    const changed: string[] = []
    for (const node of nodes) {
      const reasons = (await inspect.reasons(node)).filter((reason) => reason.kind !== 'always')
      if (reasons.length === 0) continue
      await (isStage(node) ? recordStage(context, node) : recordData(context, node))
      changed.push(node.address)
    }
    return changed
  })
}
