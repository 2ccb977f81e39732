import type { Inspector } from '../changes.ts'
import { isStage, neededBy, type Graph, type Node } from '../graph.ts'
import type { Repository } from '../repository.ts'
import { refuseOutdated, type Looked } from '../versions/outdated-data.ts'

/**
 * Looks at what a run takes as it lies before anything of it runs: data files, what frozen stages have, what is made on from what is
 * there, and what stages outside the run made. Errors: `data_outdated`.
 */
export async function refuseOutdatedIn(
  repository: Repository,
  inspect: Inspector,
  graph: Graph,
  steps: readonly Node[],
): Promise<void> {
  const looked: Looked[] = []
  for (const node of steps)
    if (takesAsItLies(node)) looked.push({ node, reasons: await reasonsOf(inspect, node) })
  looked.push(...(await outsideOf(inspect, graph, steps)))
  await refuseOutdated(repository, looked)
}

function takesAsItLies(node: Node): boolean {
  return !isStage(node) || node.frozen || node.outs.some((out) => out.persist)
}

/** What the steps read of nodes that are none of them. */
async function outsideOf(
  inspect: Inspector,
  graph: Graph,
  steps: readonly Node[],
): Promise<readonly Looked[]> {
  const own = new Set(steps)
  const read = new Map<Node, Set<string>>()
  for (const step of steps) {
    for (const node of neededBy(graph, step)) {
      if (own.has(node)) continue
      const targets = read.get(node) ?? new Set<string>()
      for (const { target } of step.deps) targets.add(target)
      read.set(node, targets)
    }
  }
  const looked: Looked[] = []
  for (const [node, targets] of read) {
    const isRead = (path: string): boolean =>
      [...targets].some(
        (target) => `${path}/`.startsWith(`${target}/`) || target.startsWith(`${path}/`),
      )
    const reasons = (await reasonsOf(inspect, node)).filter(({ path }) => isRead(path))
    looked.push({ node, reasons, asItLies: true })
  }
  return looked
}

/** What cannot be looked at is told by its own step. */
async function reasonsOf(inspect: Inspector, node: Node): ReturnType<Inspector['reasons']> {
  try {
    return await inspect.reasons(node)
  } catch {
    return []
  }
}
