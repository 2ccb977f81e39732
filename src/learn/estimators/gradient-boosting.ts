import type { Estimator, FittedClassifier, TrainingData } from './estimator.ts'
import { binColumns, type Bins } from './bins.ts'
import { growTree } from './regression-tree.ts'
import type { Tree } from './tree.ts'

/**
 * Gradient boosting of histogram trees with Newton steps: each tree fits the gradient of the log loss, a leaf's value is
 * −G / (H + penalty), scaled by the learning rate. One tree a round for two classes, one a class otherwise.
 *
 * References: Friedman (2001), Greedy function approximation: a gradient boosting machine. Chen, Guestrin (2016), XGBoost.
 */
export const gradientBoosting: Estimator = {
  name: 'gradient_boosting',
  title: 'Gradient boosting',
  options: {
    trees: { default: 100, min: 1, max: 5000, integer: true, description: 'Rounds of boosting' },
    depth: { default: 5, min: 1, max: 12, integer: true, description: 'Depth of a tree at most' },
    learningRate: {
      default: 0.1,
      min: 1e-4,
      max: 1,
      integer: false,
      description: 'Share of each step that is taken',
    },
    penalty: {
      default: 1,
      min: 0,
      max: 1e6,
      integer: false,
      description: 'Strength of the L2 penalty on leaves',
    },
    minWeight: {
      default: 1,
      min: 0,
      max: 1e6,
      integer: false,
      description: 'Least sum of second derivatives in a leaf',
    },
  },
  fit(data, { trees = 100, depth = 5, learningRate = 0.1, penalty = 1, minWeight = 1 }) {
    const bins = binColumns(data)
    const settings = { depth, penalty, minWeight, learningRate }
    return fitted(data, boost(data, bins, trees, settings))
  },
}

interface Ensemble {
  readonly start: readonly number[]
  /** By round, then by score. */
  readonly rounds: readonly (readonly Tree[])[]
}

function boost(
  data: TrainingData,
  bins: Bins,
  count: number,
  settings: { depth: number; penalty: number; minWeight: number; learningRate: number },
): Ensemble {
  const { rows, classes, y } = data
  const scores = classes === 2 ? 1 : classes
  const start = startScores(data)
  const z = new Float64Array(rows * scores)
  for (let row = 0; row < rows; row++)
    for (let s = 0; s < scores; s++) z[row * scores + s] = start[s] ?? 0
  const rounds: Tree[][] = []
  const gradient = new Float64Array(rows)
  const weight = new Float64Array(rows)
  for (let round = 0; round < count; round++) {
    const before = z.slice()
    const trees: Tree[] = []
    for (let s = 0; s < scores; s++) {
      for (let row = 0; row < rows; row++) {
        const p = probability(before, row, s, scores)
        const target = (y[row] ?? 0) === (classes === 2 ? 1 : s) ? 1 : 0
        gradient[row] = p - target
        weight[row] = Math.max(p * (1 - p), 1e-16)
      }
      const { tree, leafOf } = growTree(bins, gradient, weight, settings)
      trees.push(tree)
      for (let row = 0; row < rows; row++) {
        z[row * scores + s] = (z[row * scores + s] ?? 0) + (tree.values[leafOf[row] ?? 0] ?? 0)
      }
    }
    rounds.push(trees)
  }
  return { start, rounds }
}

function startScores({ rows, classes, y }: TrainingData): number[] {
  const counts = Array.from({ length: classes }, () => 0)
  for (const label of y) counts[label] = (counts[label] ?? 0) + 1
  const shares = counts.map((count) => Math.min(Math.max(count / rows, 1e-6), 1 - 1e-6))
  const [none = 0.5, positive = 0.5] = shares
  return classes === 2 ? [Math.log(positive / none)] : shares.map(Math.log)
}

function probability(z: Float64Array, row: number, score: number, scores: number): number {
  if (scores === 1) return 1 / (1 + Math.exp(-(z[row] ?? 0)))
  let top = -Infinity
  for (let s = 0; s < scores; s++) top = Math.max(top, z[row * scores + s] ?? 0)
  let total = 0
  for (let s = 0; s < scores; s++) total += Math.exp((z[row * scores + s] ?? 0) - top)
  return Math.exp((z[row * scores + score] ?? 0) - top) / total
}

function fitted({ columns, classes }: TrainingData, { start, rounds }: Ensemble): FittedClassifier {
  const scores = classes === 2 ? 1 : classes
  return {
    probabilities(x, rows) {
      const z = new Float64Array(rows * scores)
      for (let row = 0; row < rows; row++) {
        for (let s = 0; s < scores; s++) {
          let sum = start[s] ?? 0
          for (const trees of rounds) sum += leafValue(trees[s], x, row * columns)
          z[row * scores + s] = sum
        }
      }
      const result = new Float64Array(rows * classes)
      for (let row = 0; row < rows; row++) {
        if (classes === 2) {
          const p = probability(z, row, 0, 1)
          result[row * 2] = 1 - p
          result[row * 2 + 1] = p
        } else {
          for (let c = 0; c < classes; c++)
            result[row * classes + c] = probability(z, row, c, scores)
        }
      }
      return result
    },

    toOnnx(graph, input) {
      const z = graph.treeEnsemble(input, rounds, start)
      return graph.probabilities(z, classes)
    },
  }
}

function leafValue(tree: Tree | undefined, x: Float32Array, offset: number): number {
  if (!tree) return 0
  let node = 0
  while ((tree.features[node] ?? -1) >= 0) {
    const value = x[offset + (tree.features[node] ?? 0)] ?? 0
    node = value <= (tree.thresholds[node] ?? 0) ? (tree.left[node] ?? 0) : (tree.right[node] ?? 0)
  }
  return tree.values[node] ?? 0
}
