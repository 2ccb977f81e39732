import { layerGraph, type GraphEdge } from '../../design/layer-graph.ts'

export const boxWidth = 184
export const boxHeight = 50
const gapX = 64
const gapY = 14
/** A fuller layer is broken into columns, so that a hundred stages side by side stay within a screen or two. */
const tallest = 16

export interface Place {
  readonly x: number
  readonly y: number
  /** Of the drawing, from the left: what the arrow keys go by. */
  readonly column: number
  readonly row: number
}

export interface StageLayout {
  readonly places: ReadonlyMap<string, Place>
  readonly width: number
  readonly height: number
}

/** Where boxes stand: in columns from left to right by what they need, each near what it hangs together with. */
export function layOut(ids: readonly string[], edges: readonly GraphEdge[]): StageLayout {
  const columns = columnsOf(ids, edges)
  const near = neighbours(edges)
  const y = new Map<string, number>()
  for (const column of columns) {
    const top = -(column.length * (boxHeight + gapY)) / 2
    column.forEach((id, row) => y.set(id, top + row * (boxHeight + gapY)))
  }
  for (let sweep = 0; sweep < 4; sweep++) {
    for (const column of sweep % 2 === 0 ? columns : [...columns].reverse()) {
      const wanted = column.map((id) => {
        const around = (near.get(id) ?? []).flatMap((each) => y.get(each) ?? [])
        return around.length === 0
          ? (y.get(id) ?? 0)
          : around.reduce((sum, each) => sum + each, 0) / around.length
      })
      const settled = settle(wanted, boxHeight + gapY)
      column.forEach((id, row) => y.set(id, settled[row] ?? 0))
    }
  }
  const top = Math.min(0, ...y.values())
  const places = new Map<string, Place>()
  for (const [index, column] of columns.entries()) {
    for (const [row, id] of column.entries()) {
      const place = { x: index * (boxWidth + gapX), y: (y.get(id) ?? 0) - top, column: index, row }
      places.set(id, place)
    }
  }
  return {
    places,
    width: Math.max(0, columns.length * (boxWidth + gapX) - gapX),
    height: Math.max(0, ...[...places.values()].map((place) => place.y + boxHeight)),
  }
}

function columnsOf(ids: readonly string[], edges: readonly GraphEdge[]): readonly string[][] {
  const { places, layers } = layerGraph(ids, edges)
  const rows: string[][] = Array.from({ length: layers }, () => [])
  for (const [id, { layer, order }] of places) {
    const row = rows[layer]
    if (row) row[order] = id
  }
  return rows.flatMap((row) => {
    const count = Math.ceil(row.length / tallest)
    const size = Math.ceil(row.length / count)
    return Array.from({ length: count }, (_, index) => row.slice(index * size, (index + 1) * size))
  })
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
  const settled = pools.flatMap(({ sum, count }) =>
    Array.from({ length: count }, () => sum / count),
  )
  return settled.map((place, index) => place + index * apart)
}
