export interface GraphEdge {
  readonly from: string
  readonly to: string
}

export interface Placed {
  readonly layer: number
  /** Position within the layer, from 0. */
  readonly order: number
}

export interface Layout {
  readonly places: ReadonlyMap<string, Placed>
  readonly layers: number
  /** Nodes in the fullest layer. */
  readonly widest: number
}

/**
 * Puts every node one layer after the last of those it follows, then orders each layer by where its neighbours stand, so that
 * few edges cross (the barycentre rule, swept back and forth). An edge that closes a circle does not move a layer.
 *
 * References: Sugiyama, Tagawa, Toda (1981), Methods for visual understanding of hierarchical system structures.
 */
export function layerGraph(ids: readonly string[], edges: readonly GraphEdge[]): Layout {
  const known = new Set(ids)
  const used = edges.filter(({ from, to }) => known.has(from) && known.has(to) && from !== to)
  const layerOf = layersOf(ids, used)
  const layers: string[][] = []
  for (const id of ids) (layers[layerOf.get(id) ?? 0] ??= []).push(id)
  const rows = Array.from(layers, (layer) => layer ?? [])
  for (let sweep = 0; sweep < 6; sweep++) sortByNeighbours(rows, used, sweep % 2 === 0)
  const places = new Map<string, Placed>()
  for (const [layer, row] of rows.entries()) {
    for (const [order, id] of row.entries()) places.set(id, { layer, order })
  }
  return {
    places,
    layers: rows.length,
    widest: rows.reduce((most, row) => Math.max(most, row.length), 0),
  }
}

function layersOf(ids: readonly string[], edges: readonly GraphEdge[]): Map<string, number> {
  const before = new Map<string, string[]>()
  for (const { from, to } of edges) push(before, to, from)
  const layerOf = new Map<string, number>()
  const open = new Set<string>()
  // a stack of our own: a chain of thousands is deeper than the browser's
  for (const id of ids) {
    const stack = [id]
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const parents = before.get(top) ?? []
      const next = parents.find((parent) => !layerOf.has(parent) && !open.has(parent))
      if (layerOf.has(top)) stack.pop()
      else if (next !== undefined) {
        open.add(top)
        stack.push(next)
      } else {
        const own = top
        const settled = parents.flatMap((parent) =>
          parent === own ? [] : (layerOf.get(parent) ?? []),
        )
        layerOf.set(own, settled.reduce((most, layer) => Math.max(most, layer), -1) + 1)
        open.delete(own)
        stack.pop()
      }
    }
  }
  return layerOf
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function sortByNeighbours(rows: string[][], edges: readonly GraphEdge[], forward: boolean): void {
  const position = new Map(rows.flatMap((row) => row.map((id, order) => [id, order] as const)))
  const neighbours = new Map<string, string[]>()
  for (const { from, to } of edges) {
    const [of, at] = forward ? [to, from] : [from, to]
    push(neighbours, of, at)
  }
  const order = forward ? rows : [...rows].reverse()
  for (const row of order) {
    const weight = new Map(
      row.map((id, index) => {
        const near = (neighbours.get(id) ?? []).map((each) => position.get(each) ?? 0)
        return [id, near.length === 0 ? index : near.reduce((a, b) => a + b, 0) / near.length]
      }),
    )
    row.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0))
    for (const [index, id] of row.entries()) position.set(id, index)
  }
}
