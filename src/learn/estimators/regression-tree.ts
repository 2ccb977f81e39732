import type { Bins } from './bins.ts'
import type { Tree } from './tree.ts'

export interface TreeSettings {
  readonly depth: number
  readonly penalty: number
  readonly minWeight: number
  readonly learningRate: number
}

interface Split {
  readonly feature: number
  readonly bin: number
  readonly gain: number
}

interface Growing {
  readonly features: number[]
  readonly thresholds: number[]
  readonly left: number[]
  readonly right: number[]
  readonly values: number[]
}

/** Grows one tree level by level over the bins, by the gain of the second-order approximation of the loss. */
export function growTree(
  bins: Bins,
  gradient: Float64Array,
  weight: Float64Array,
  settings: TreeSettings,
): { readonly tree: Tree; readonly leafOf: Uint32Array } {
  const tree: Growing = { features: [], thresholds: [], left: [], right: [], values: [] }
  const leafOf = new Uint32Array(bins.rows)
  const all = Uint32Array.from({ length: bins.rows }, (_, row) => row)
  const root = histogramOf(bins, gradient, weight, all)
  grow(all, root, 0)
  return { tree, leafOf }

  function grow(rows: Uint32Array, sums: Float64Array, depth: number): number {
    const node = tree.features.length
    tree.features.push(-1)
    tree.thresholds.push(0)
    tree.left.push(0)
    tree.right.push(0)
    const [g, h] = totals(sums, bins)
    tree.values.push((-g / (h + settings.penalty)) * settings.learningRate)
    const split = depth < settings.depth ? bestSplit(sums, g, h) : undefined
    if (!split) {
      for (const row of rows) leafOf[row] = node
      return node
    }
    const [lower, upper] = partition(rows, split)
    const smaller = lower.length <= upper.length ? lower : upper
    // The larger side's histogram is what is left: half the work.
    const smallSums = histogramOf(bins, gradient, weight, smaller)
    const largeSums = sums.map((value, i) => value - (smallSums[i] ?? 0))
    const [lowerSums, upperSums] =
      smaller === lower ? [smallSums, largeSums] : [largeSums, smallSums]
    tree.features[node] = split.feature
    tree.thresholds[node] = bins.bounds[split.feature]?.[split.bin] ?? 0
    tree.left[node] = grow(lower, lowerSums, depth + 1)
    tree.right[node] = grow(upper, upperSums, depth + 1)
    return node
  }

  function bestSplit(sums: Float64Array, g: number, h: number): Split | undefined {
    const { penalty, minWeight } = settings
    const whole = (g * g) / (h + penalty)
    let best: Split | undefined
    for (let feature = 0; feature < bins.columns; feature++) {
      const cuts = bins.bounds[feature]?.length ?? 0
      let [gl, hl] = [0, 0]
      for (let bin = 0; bin < cuts; bin++) {
        const at = (feature * 64 + bin) * 2
        gl += sums[at] ?? 0
        hl += sums[at + 1] ?? 0
        const [gr, hr] = [g - gl, h - hl]
        if (hl < minWeight || hr < minWeight) continue
        const gain = (gl * gl) / (hl + penalty) + (gr * gr) / (hr + penalty) - whole
        if (gain > (best?.gain ?? 1e-9)) best = { feature, bin, gain }
      }
    }
    return best
  }

  function partition(rows: Uint32Array, { feature, bin }: Split): [Uint32Array, Uint32Array] {
    const offset = feature * bins.rows
    let count = 0
    for (const row of rows) if ((bins.codes[offset + row] ?? 0) <= bin) count++
    const lower = new Uint32Array(count)
    const upper = new Uint32Array(rows.length - count)
    let [i, j] = [0, 0]
    for (const row of rows) {
      if ((bins.codes[offset + row] ?? 0) <= bin) lower[i++] = row
      else upper[j++] = row
    }
    return [lower, upper]
  }
}

/** Sums of gradients and of weights by feature and bin, side by side. */
function histogramOf(
  bins: Bins,
  gradient: Float64Array,
  weight: Float64Array,
  rows: Uint32Array,
): Float64Array {
  const sums = new Float64Array(bins.columns * 64 * 2)
  for (let feature = 0; feature < bins.columns; feature++) {
    const codes = bins.codes.subarray(feature * bins.rows, (feature + 1) * bins.rows)
    const base = feature * 128
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      const at = base + (codes[row] as number) * 2
      sums[at] = (sums[at] as number) + (gradient[row] as number)
      sums[at + 1] = (sums[at + 1] as number) + (weight[row] as number)
    }
  }
  return sums
}

function totals(sums: Float64Array, bins: Bins): [number, number] {
  let [g, h] = [0, 0]
  if (bins.columns === 0) return [0, 0]
  for (let at = 0; at < 128; at += 2) {
    g += sums[at] ?? 0
    h += sums[at + 1] ?? 0
  }
  return [g, h]
}
