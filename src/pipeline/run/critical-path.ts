import { inOrder, neededBy, type Graph, type Node } from '../graph.ts'

/** For each step how long it takes from its start to the end of everything that waits for it, given how long each takes alone. */
export function criticalPath(
  graph: Graph,
  steps: readonly Node[],
  seconds: (node: Node) => number,
): ReadonlyMap<Node, number> {
  const inScope = new Set(steps)
  const after = new Map<Node, number>()
  for (const node of inOrder(graph, steps).reverse()) {
    if (!inScope.has(node)) continue
    const own = seconds(node) + (after.get(node) ?? 0)
    after.set(node, own)
    for (const needed of neededBy(graph, node))
      after.set(needed, Math.max(after.get(needed) ?? 0, own))
  }
  return after
}
