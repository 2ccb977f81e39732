import { useEffect, useMemo, useRef, type ReactNode } from 'react'
import { layerGraph, type GraphEdge } from './layer-graph.ts'

export interface GraphNode {
  readonly id: string
  readonly content: ReactNode
}

interface LayeredGraphProps {
  readonly label: string
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly (GraphEdge & { readonly label?: string })[]
}

const nodeWidth = 190
const nodeHeight = 92
const gapX = 78
const gapY = 22

/** Nodes in layers from left to right with lines between. The nodes are in the reading order of the layers. */
export function LayeredGraph({ label, nodes, edges }: LayeredGraphProps): ReactNode {
  const layout = useMemo(
    () =>
      layerGraph(
        nodes.map((node) => node.id),
        edges,
      ),
    [nodes, edges],
  )
  const scroll = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const box = scroll.current
    const focus = box?.querySelector<HTMLElement>('.graph-node:has(.focus)')
    if (!box || !focus) return
    box.scrollLeft = focus.offsetLeft - (box.clientWidth - nodeWidth) / 2
  }, [layout])
  const height = layout.widest * (nodeHeight + gapY) + gapY
  const width = layout.layers * (nodeWidth + gapX) - gapX
  const counts = new Map<number, number>()
  for (const { layer } of layout.places.values()) counts.set(layer, (counts.get(layer) ?? 0) + 1)
  const at = (id: string) => {
    const place = layout.places.get(id)
    if (place === undefined) return undefined
    const count = counts.get(place.layer) ?? 1
    const top = (height - count * (nodeHeight + gapY) + gapY) / 2
    return { x: place.layer * (nodeWidth + gapX), y: top + place.order * (nodeHeight + gapY) }
  }
  const ordered = [...nodes].sort((a, b) => {
    const one = layout.places.get(a.id)
    const other = layout.places.get(b.id)
    if (one === undefined || other === undefined) return 0
    return one.layer - other.layer || one.order - other.order
  })
  return (
    <div className="graph-scroll" ref={scroll} tabIndex={0} role="region" aria-label={label}>
      <div className="graph" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          {edges.map((edge) => {
            const from = at(edge.from)
            const to = at(edge.to)
            if (from === undefined || to === undefined) return null
            const x1 = from.x + nodeWidth
            const y1 = from.y + nodeHeight / 2
            const y2 = to.y + nodeHeight / 2
            const bend = Math.max(36, (to.x - x1) / 2)
            return (
              <g key={`${edge.from} ${edge.to}`}>
                <path
                  className="graph-edge"
                  d={`M${x1} ${y1}C${x1 + bend} ${y1} ${to.x - bend} ${y2} ${to.x - 5} ${y2}`}
                />
                <path className="graph-tip" d={`M${to.x - 8} ${y2 - 4}l7 4-7 4z`} />
                {edge.label !== undefined && (
                  <text x={(x1 + to.x) / 2} y={(y1 + y2) / 2 - 5} textAnchor="middle">
                    {edge.label}
                  </text>
                )}
              </g>
            )
          })}
        </svg>
        {ordered.map((node) => {
          const place = at(node.id)
          return (
            place !== undefined && (
              <div
                key={node.id}
                className="graph-node"
                style={{ left: place.x, top: place.y, width: nodeWidth, height: nodeHeight }}
              >
                {node.content}
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}
