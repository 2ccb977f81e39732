import { layerGraph, type GraphEdge } from '../../design/layer-graph.ts'

export const boxWidth = 184
export const boxHeight = 50

export interface Place {
  readonly x: number
  readonly y: number
  /** Which layer of the drawing, from the start, and which box in it: what the arrow keys go by. */
  readonly layer: number
  readonly order: number
}

export interface StageLayout {
  readonly places: ReadonlyMap<string, Place>
  readonly width: number
  readonly height: number
  /** Whether the drawing goes from the top down; a short one goes from left to right. */
  readonly down: boolean
}

/** Sizes along the way from layer to layer, and across it. */
interface Way {
  readonly along: number
  readonly across: number
  /** A fuller layer is broken into several, so that a hundred stages side by side stay in sight. */
  readonly most: number
}

const rightward: Way = { along: boxWidth + 56, across: boxHeight + 16, most: 12 }
const downward: Way = { along: boxHeight + 44, across: boxWidth + 18, most: 5 }

/**
 * Where boxes stand: in layers by what they need, each near what it hangs together with. What is wider than `width` goes from the
 * top down in place of from left to right, because pages scroll that way.
 */
export function layOut(
  ids: readonly string[],
  edges: readonly GraphEdge[],
  width = 1040,
): StageLayout {
  const layers = layerGraph(ids, edges)
  const right = broken(layers, rightward.most)
  const down = right.length * rightward.along > width
  const way = down ? downward : rightward
  const rows = down ? broken(layers, downward.most) : right
  const across = settled(rows, edges, way.across)
  const least = Math.min(0, ...rows.map((row) => across.get(row[0] ?? '') ?? 0))
  const places = new Map<string, Place>()
  let [farX, farY] = [0, 0]
  for (const [layer, row] of rows.entries()) {
    for (const [order, id] of row.entries()) {
      const side = (across.get(id) ?? 0) - least
      const [x, y] = down ? [side, layer * way.along] : [layer * way.along, side]
      places.set(id, { x, y, layer, order })
      farX = Math.max(farX, x + boxWidth)
      farY = Math.max(farY, y + boxHeight)
    }
  }
  return { places, width: farX, height: farY, down }
}

function broken({ places, layers }: ReturnType<typeof layerGraph>, most: number): string[][] {
  const rows: string[][] = Array.from({ length: layers }, () => [])
  for (const [id, { layer, order }] of places) {
    const row = rows[layer]
    if (row) row[order] = id
  }
  return rows.flatMap((row) => {
    const count = Math.ceil(row.length / most)
    const size = Math.ceil(row.length / count)
    return Array.from({ length: count }, (_, index) => row.slice(index * size, (index + 1) * size))
  })
}

/** Swept back and forth, every box as near the middle of its neighbours as the order in its layer allows. */
function settled(
  rows: readonly string[][],
  edges: readonly GraphEdge[],
  apart: number,
): ReadonlyMap<string, number> {
  const near = neighbours(edges)
  const side = new Map<string, number>()
  for (const row of rows)
    row.forEach((id, order) => side.set(id, (order - (row.length - 1) / 2) * apart))
  for (let sweep = 0; sweep < 4; sweep++) {
    for (const row of sweep % 2 === 0 ? rows : [...rows].reverse()) {
      const wanted = row.map((id) => {
        const around = (near.get(id) ?? []).flatMap((each) => side.get(each) ?? [])
        return around.length === 0
          ? (side.get(id) ?? 0)
          : around.reduce((sum, each) => sum + each, 0) / around.length
      })
      const found = settle(wanted, apart)
      row.forEach((id, order) => side.set(id, found[order] ?? 0))
    }
  }
  return side
}

function neighbours(edges: readonly GraphEdge[]): ReadonlyMap<string, readonly string[]> {
  const near = new Map<string, string[]>()
  const add = (of: string, at: string) => {
    const own = near.get(of)
    if (own) own.push(at)
    else near.set(of, [at])
  }
  for (const { from, to } of edges) {
    add(from, to)
    add(to, from)
  }
  return near
}

/**
 * Places in the order given, at least `apart` from each other, nearest in squares to those wanted: an isotonic regression.
 *
 * References: Barlow, Bartholomew, Bremner, Brunk (1972), Statistical inference under order restrictions (pooling of neighbours).
 */
function settle(wanted: readonly number[], apart: number): readonly number[] {
  const pools: { sum: number; count: number }[] = []
  for (const [index, place] of wanted.entries()) {
    let pool = { sum: place - index * apart, count: 1 }
    for (let last = pools.at(-1); last; last = pools.at(-1)) {
      if (last.sum / last.count <= pool.sum / pool.count) break
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count }
      pools.pop()
    }
    pools.push(pool)
  }
  const places = pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count))
  return places.map((place, index) => place + index * apart)
}
