import { inspector } from '../changes.ts'
import { buildGraph, isStage } from '../graph.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { recordData, recordStage } from '../run/record-stage.ts'
import type { RecordContext } from '../run/runner-context.ts'
import { findTargets } from '../targets.ts'
import type { Selection } from './recorded-outputs.ts'

/** Records the work tree as it is, as if every stage had just made it. Returns what changed. Errors: `output_missing`. */
export async function commit(
  pipeline: Pipeline,
  options: Selection & { readonly relink?: boolean } = {},
): Promise<readonly string[]> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, async () => {
    const graph = buildGraph(pipeline)
    const locks = openLocks(pipeline.root)
    const inspect = inspector(repository, locks)
    const context: RecordContext = {
      repository,
      locks,
      inspect,
      commit: true,
      relink: options.relink !== false,
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
    locks.settle()
    return changed
  })
}
