import { buildGraph, connectedTo, inOrder, isStage, type Graph, type Node } from '../graph.ts'
import type { Pipeline } from '../model.ts'
import { findTargets } from '../targets.ts'

export interface DagNode {
  readonly name: string
  readonly kind: 'stage' | 'data' | 'output'
}

export interface DagEdge {
  /** What comes first. */
  readonly from: string
  readonly to: string
}

export interface Dag {
  readonly nodes: readonly DagNode[]
  readonly edges: readonly DagEdge[]
}

export interface DagOptions {
  /** These and what they need. */
  readonly targets?: readonly string[]
  /** With `targets`, everything that hangs together with them. */
  readonly full?: boolean
  /** Outputs in place of stages. */
  readonly outs?: boolean
  /** One node for all stages of a `foreach` or `matrix`. */
  readonly collapse?: boolean
}

/** The graph of stages and data files as plain records. */
export function dag(pipeline: Pipeline, options: DagOptions = {}): Dag {
  const graph = buildGraph(pipeline)
  const chosen = choose(pipeline, graph, options)
  if (options.outs) return outputGraph(graph, chosen)
  const nameOf = (node: Node): string =>
    options.collapse && isStage(node) && node.group !== undefined
      ? node.address.slice(0, node.address.lastIndexOf(node.name)) + node.group
      : node.address
  const nodes = new Map<string, DagNode>()
  const edges = new Map<string, DagEdge>()
  for (const node of chosen) {
    const name = nameOf(node)
    nodes.set(name, { name, kind: isStage(node) ? 'stage' : 'data' })
  }
  for (const node of chosen) {
    for (const needed of graph.needs.get(node) ?? []) {
      const [from, to] = [nameOf(needed), nameOf(node)]
      if (from !== to && nodes.has(from)) edges.set(`${from}\n${to}`, { from, to })
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] }
}

function choose(pipeline: Pipeline, graph: Graph, options: DagOptions): readonly Node[] {
  if (!options.targets?.length) return inOrder(graph)
  const targets = findTargets(pipeline, graph, options.targets)
  return inOrder(graph, options.full ? [...connectedTo(graph, targets)] : targets)
}

function outputGraph(graph: Graph, chosen: readonly Node[]): Dag {
  const inside = new Set(chosen)
  const edges: DagEdge[] = []
  for (const node of chosen) {
    for (const needed of graph.needs.get(node) ?? []) {
      if (!inside.has(needed)) continue
      for (const { target: from } of needed.outs) {
        const used = [...node.deps, ...(isStage(node) ? node.params : [])].some(
          ({ target }) =>
            target === from || target.startsWith(`${from}/`) || from.startsWith(`${target}/`),
        )
        if (used) for (const { target: to } of node.outs) edges.push({ from, to })
      }
    }
  }
  const nodes = chosen.flatMap((node) =>
    node.outs.map(({ target }): DagNode => ({ name: target, kind: 'output' })),
  )
  return { nodes, edges }
}

/** A Mermaid flowchart, as `dvc dag --mermaid` prints it. */
export function dagMermaid({ nodes, edges }: Dag): string {
  const names = nodes.map(({ name }) => name).sort()
  const id = new Map(names.map((name, index) => [name, `node${index + 1}`]))
  const lines = names.map((name) => `\t${id.get(name)}["${name}"]`)
  const links = edges.map(({ from, to }) => `\t${id.get(from)}-->${id.get(to)}`)
  return ['flowchart TD', ...lines, ...links.sort()].join('\n')
}

/** The graph in the DOT language, as `dvc dag --dot` prints it. */
export function dagDot({ nodes, edges }: Dag): string {
  const quoted = (name: string) => `"${name.replaceAll('"', '\\"')}"`
  const lines = nodes.map(({ name }) => `${quoted(name)};`).sort()
  const links = edges.map(({ from, to }) => `${quoted(from)} -> ${quoted(to)};`).sort()
  return ['strict digraph  {', ...lines, ...links, '}', ''].join('\n')
}

/** The graph as text: each node under the one it needs that comes last, others named behind it. */
export function dagText({ nodes, edges }: Dag): string {
  const depth = new Map<string, number>()
  const needs = new Map<string, string[]>()
  for (const { from, to } of edges) needs.set(to, [...(needs.get(to) ?? []), from])
  // nodes come in running order: what one needs has its depth already
  for (const { name } of nodes) {
    depth.set(
      name,
      Math.max(-1, ...(needs.get(name) ?? []).map((needed) => depth.get(needed) ?? 0)) + 1,
    )
  }
  return nodes
    .map(({ name }) => {
      const from = needs.get(name) ?? []
      return `${'  '.repeat(depth.get(name) ?? 0)}${name}${from.length > 0 ? `  <- ${from.join(', ')}` : ''}`
    })
    .join('\n')
}
