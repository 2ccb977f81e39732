import { TidemillError } from '#contract/error'
import type { DataFile, Output, Pipeline, Stage } from './model.ts'
import type { Place } from './values/invalid.ts'

export type Node = Stage | DataFile

export interface Graph {
  readonly nodes: readonly Node[]
  /** What a node needs first, in the order of its dependencies. */
  readonly needs: ReadonlyMap<Node, readonly Node[]>
  /** What needs a node. */
  readonly feeds: ReadonlyMap<Node, readonly Node[]>
}

export function isStage(node: Node): node is Stage {
  return 'cmd' in node
}

/**
 * Who needs whom: a dependency on a path, on anything inside it or on a folder round it. Errors: `pipeline_invalid` for two
 * outputs at or inside one another, and for a cycle.
 */
export function buildGraph(
  pipeline: Pick<Pipeline, 'stages' | 'data'>,
  locate: (stage: Stage) => Place = () => start,
): Graph {
  const known = graphs.get(pipeline) ?? makeGraph(pipeline, locate)
  graphs.set(pipeline, known)
  return known
}

/** A pipeline does not change; whoever reads one needs its graph next. */
const graphs = new WeakMap<Pick<Pipeline, 'stages' | 'data'>, Graph>()

function makeGraph(
  pipeline: Pick<Pipeline, 'stages' | 'data'>,
  locate: (stage: Stage) => Place,
): Graph {
  const nodes: Node[] = [...pipeline.stages, ...pipeline.data]
  const makers = new Map<string, { node: Node; out: Output }>()
  for (const node of nodes) {
    for (const out of node.outs) {
      const other = makers.get(out.target)
      if (other) {
        throw wrong(
          node,
          locate,
          `the output ${out.target} is made by both ${other.node.address} and ${node.address}`,
        )
      }
      makers.set(out.target, { node, out })
    }
  }
  for (const [target, { node }] of makers) {
    for (const above of foldersAbove(target)) {
      const outer = makers.get(above)
      if (outer) {
        throw wrong(
          node,
          locate,
          `the output ${target} of ${node.address} lies inside the output ${above} of ${outer.node.address}`,
        )
      }
    }
  }
  const inside = new Map<string, Node[]>()
  for (const [target, { node }] of makers) {
    for (const above of foldersAbove(target)) {
      const list = inside.get(above)
      if (list) list.push(node)
      else inside.set(above, [node])
    }
  }
  const needs = new Map<Node, Node[]>()
  const feeds = new Map<Node, Node[]>(nodes.map((node) => [node, []]))
  for (const node of nodes) {
    const found = new Set<Node>()
    for (const { target } of [...node.deps, ...(isStage(node) ? node.params : [])]) {
      const exact = makers.get(target)
      if (exact) found.add(exact.node)
      for (const above of foldersAbove(target)) {
        const outer = makers.get(above)
        if (outer) found.add(outer.node)
      }
      for (const inner of inside.get(target) ?? []) found.add(inner)
    }
    found.delete(node)
    needs.set(node, [...found])
    for (const needed of found) feeds.get(needed)?.push(node)
  }
  const graph = { nodes, needs, feeds }
  refuseCycles(graph, locate)
  return graph
}

/** The folders that a path lies in, the nearest first, the root as `.`. */
export function foldersAbove(target: string): string[] {
  const folders: string[] = []
  for (let cut = target.lastIndexOf('/'); cut > 0; cut = target.lastIndexOf('/', cut - 1)) {
    folders.push(target.slice(0, cut))
  }
  if (!target.startsWith('/') && target !== '.') folders.push('.')
  return folders
}

/** Nodes in the order they run: what a node needs comes before it. Starts from `from`, all unless given. */
export function inOrder(graph: Graph, from: readonly Node[] = graph.nodes): Node[] {
  const done = new Set<Node>()
  const order: Node[] = []
  // a stack of our own: a chain of 5,000 stages is deeper than the thread's
  for (const start of from) {
    const stack: { node: Node; next: number }[] = done.has(start) ? [] : [{ node: start, next: 0 }]
    done.add(start)
    while (stack.length > 0) {
      const top = stack.at(-1)
      if (!top) break
      const needed = neededBy(graph, top.node)[top.next]
      top.next += 1
      if (needed === undefined) {
        order.push(top.node)
        stack.pop()
      } else if (!done.has(needed)) {
        done.add(needed)
        stack.push({ node: needed, next: 0 })
      }
    }
  }
  return order
}

/** A frozen stage does not ask for what it needs. */
export function neededBy(graph: Graph, node: Node): readonly Node[] {
  return node.frozen ? [] : (graph.needs.get(node) ?? [])
}

/** A node and everything that needs it, directly or not. */
export function downstreamOf(graph: Graph, from: readonly Node[]): Set<Node> {
  const found = new Set(from)
  for (const node of found) for (const next of graph.feeds.get(node) ?? []) found.add(next)
  return found
}

/** Every node that hangs together with one of these. */
export function connectedTo(graph: Graph, from: readonly Node[]): Set<Node> {
  const found = new Set(from)
  for (const node of found) {
    for (const next of graph.feeds.get(node) ?? []) found.add(next)
    for (const next of graph.needs.get(node) ?? []) found.add(next)
  }
  return found
}

function refuseCycles(graph: Graph, locate: (stage: Stage) => Place): void {
  const waiting = new Map(graph.nodes.map((node) => [node, graph.needs.get(node)?.length ?? 0]))
  const ready = graph.nodes.filter((node) => waiting.get(node) === 0)
  for (const node of ready) {
    waiting.delete(node)
    for (const next of graph.feeds.get(node) ?? []) {
      const left = (waiting.get(next) ?? 0) - 1
      waiting.set(next, left)
      if (left === 0) ready.push(next)
    }
  }
  const [first] = waiting.keys()
  if (!first) return
  // follow what is left until a node comes back
  const path: Node[] = []
  let here: Node | undefined = first
  while (here && !path.includes(here)) {
    path.push(here)
    here = graph.needs.get(here)?.find((node) => waiting.has(node))
  }
  const cycle: readonly Node[] = here ? [...path.slice(path.indexOf(here)), here] : path
  throw wrong(
    first,
    locate,
    `the stages need each other in a circle: ${cycle.map((node) => node.address).join(' needs ')}`,
  )
}

const start: Place = { line: 1, column: 1 }

function wrong(node: Node, locate: (stage: Stage) => Place, problem: string): TidemillError {
  const place = isStage(node) ? locate(node) : start
  return new TidemillError('pipeline_invalid', { file: node.file, ...place, problem })
}
