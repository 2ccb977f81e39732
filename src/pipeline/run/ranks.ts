import type { Graph, Node } from '../graph.ts'
import { criticalPath } from './critical-path.ts'
import type { PastRun } from './history.ts'
import type { RunnerContext } from './runner-context.ts'

/** How long the way from each step to the end is, by what its stages took before. */
export function ranks(
  { history }: RunnerContext,
  graph: Graph,
  steps: readonly Node[],
): ReadonlyMap<Node, number> {
  const known = steps.map((node) => meanSeconds(history.of(node.address)))
  const told = known.filter((value) => value !== undefined).sort((a, b) => a - b)
  const usual = told[Math.floor(told.length / 2)] ?? 1
  const seconds = new Map(steps.map((node, index) => [node, known[index] ?? usual]))
  return criticalPath(graph, steps, (node) => seconds.get(node) ?? usual)
}

function meanSeconds(past: readonly PastRun[]): number | undefined {
  if (past.length === 0) return undefined
  return past.reduce((sum, run) => sum + run.wallSeconds, 0) / past.length
}
