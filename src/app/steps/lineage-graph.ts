import type { LineageGraph } from '#contract'

type Node = LineageGraph['nodes'][number]
type Edge = LineageGraph['edges'][number]

/** Collects nodes once and the edges between them. */
export function graphOf(focus: string): {
  has(id: string): boolean
  add(node: Node): string
  link(from: string, to: string, relation: string): void
  done(): LineageGraph
} {
  const nodes = new Map<string, Node>()
  const edges = new Map<string, Edge>()
  return {
    has: (id: string): boolean => nodes.has(id),
    add(node) {
      if (!nodes.has(node.id)) nodes.set(node.id, node)
      return node.id
    },
    link: (from, to, relation) => void edges.set(`${from}→${to}`, { from, to, relation }),
    done: () => ({ focus, nodes: [...nodes.values()], edges: [...edges.values()] }),
  }
}

export type Graph = ReturnType<typeof graphOf>
