import type { BenchCase } from '../figure.ts'
import { median } from '../support/median.ts'
import { layOut } from '../../web/pages/pipeline/stage-layout.ts'

const times = 15

/** Layers of stages, each reading three of the layer before, by a rule that crosses many lines. */
function graphOf(count: number, perLayer: number) {
  const ids = Array.from({ length: count }, (_, index) => `stage-${index}`)
  const edges = ids.flatMap((to, index) => {
    const layer = Math.floor(index / perLayer)
    if (layer === 0) return []
    return [1, 7, 13].map((step) => ({
      from: `stage-${(layer - 1) * perLayer + ((index * step) % perLayer)}`,
      to,
    }))
  })
  return { ids, edges }
}

function measured(count: number, perLayer: number): number {
  const { ids, edges } = graphOf(count, perLayer)
  const took = Array.from({ length: times + 3 }, () => {
    const from = performance.now()
    layOut(ids, edges)
    return performance.now() - from
  })
  return median(took.slice(3))
}

export const graphLayout: BenchCase = {
  name: 'graph-layout',
  method: `Columns, order and places of the pipeline page’s graph, every group open, three dependencies a stage; median of ${times}.`,
  run: async () => [
    { title: 'Layout of 200 stages', value: measured(200, 20), unit: 'ms', most: 50 },
    { title: 'Layout of 1,000 stages', value: measured(1000, 40), unit: 'ms', most: 200 },
  ],
}
