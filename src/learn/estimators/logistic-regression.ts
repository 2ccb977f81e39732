import type { Estimator, FittedClassifier, TrainingData } from './estimator.ts'
import { sparseRows, type SparseRows } from './sparse-rows.ts'

/**
 * Logistic regression with an L2 penalty on the weights (not on the intercept): the minimum of −log-likelihood + penalty/2 · |w|²,
 * softmax over classes (one score against zero for two), by L-BFGS. Columns are expected on comparable scales.
 *
 * References: Hastie, Tibshirani, Friedman (2009), The Elements of Statistical Learning, §4.4. Liu, Nocedal (1989), On the limited
 * memory BFGS method.
 */
export const logisticRegression: Estimator = {
  name: 'logistic_regression',
  title: 'Logistic regression',
  options: {
    penalty: {
      default: 1,
      min: 0,
      max: 1e6,
      integer: false,
      description: 'Strength of the L2 penalty',
    },
    iterations: {
      default: 200,
      min: 1,
      max: 10_000,
      integer: true,
      description: 'Steps of the optimiser at most',
    },
  },
  fit: (data, { penalty = 1, iterations = 200 }) =>
    fitted(data, minimise(data, penalty, iterations)),
}

/** Scores are kept for all classes but the first of two, whose score is zero. */
function scoreCount(classes: number): number {
  return classes === 2 ? 1 : classes
}

function fitted({ columns, classes }: TrainingData, weights: Float64Array): FittedClassifier {
  const scores = scoreCount(classes)
  return {
    probabilities: (x, rows) => predict(sparseRows(x, rows, columns), columns, classes, weights),

    toOnnx(graph, input) {
      const w = new Float32Array(columns * scores)
      const b = new Float32Array(scores)
      for (let s = 0; s < scores; s++) {
        for (let j = 0; j < columns; j++) w[j * scores + s] = weights[s * (columns + 1) + j] ?? 0
        b[s] = weights[s * (columns + 1) + columns] ?? 0
      }
      const z = graph.node('Gemm', [
        input,
        graph.floats('weights', w, [columns, scores]),
        graph.floats('intercepts', b, [scores]),
      ])
      return graph.probabilities(z, classes)
    },
  }
}

function predict(
  x: SparseRows,
  columns: number,
  classes: number,
  weights: Float64Array,
): Float64Array {
  const scores = scoreCount(classes)
  const result = new Float64Array(x.length * classes)
  const z = new Float64Array(classes)
  for (let row = 0; row < x.length; row++) {
    z.fill(0)
    const end = x.starts[row + 1] ?? 0
    for (let s = 0; s < scores; s++) {
      const start = s * (columns + 1)
      let sum = weights[start + columns] ?? 0
      for (let at = x.starts[row] ?? 0; at < end; at++)
        sum += (weights[start + (x.columns[at] ?? 0)] ?? 0) * (x.values[at] ?? 0)
      z[classes === 2 ? 1 : s] = sum
    }
    let top = -Infinity
    for (let c = 0; c < classes; c++) top = Math.max(top, z[c] ?? 0)
    let total = 0
    for (let c = 0; c < classes; c++) {
      const share = Math.exp((z[c] ?? 0) - top)
      result[row * classes + c] = share
      total += share
    }
    for (let at = row * classes; at < (row + 1) * classes; at++) {
      result[at] = (result[at] ?? 0) / total
    }
  }
  return result
}

/** The loss per row and its gradient at `weights`. */
function lossAt(
  { rows, columns, y, classes }: TrainingData,
  x: SparseRows,
  penalty: number,
  weights: Float64Array,
  gradient: Float64Array,
): number {
  const scores = scoreCount(classes)
  const probabilities = predict(x, columns, classes, weights)
  gradient.fill(0)
  let loss = 0
  for (let row = 0; row < rows; row++) {
    const label = y[row] ?? 0
    const end = x.starts[row + 1] ?? 0
    loss -= Math.log(Math.max(probabilities[row * classes + label] ?? 0, 1e-300))
    for (let s = 0; s < scores; s++) {
      const c = classes === 2 ? 1 : s
      const pull = (probabilities[row * classes + c] ?? 0) - (label === c ? 1 : 0)
      const start = s * (columns + 1)
      for (let at = x.starts[row] ?? 0; at < end; at++) {
        const j = start + (x.columns[at] ?? 0)
        gradient[j] = (gradient[j] ?? 0) + pull * (x.values[at] ?? 0)
      }
      gradient[start + columns] = (gradient[start + columns] ?? 0) + pull
    }
  }
  for (let s = 0; s < scores; s++) {
    for (let j = 0; j < columns; j++) {
      const at = s * (columns + 1) + j
      const weight = weights[at] ?? 0
      loss += (penalty / 2) * weight * weight
      gradient[at] = (gradient[at] ?? 0) + penalty * weight
    }
  }
  for (let at = 0; at < gradient.length; at++) gradient[at] = (gradient[at] ?? 0) / rows
  return loss / rows
}

const memory = 10

function minimise(data: TrainingData, penalty: number, iterations: number): Float64Array {
  const size = scoreCount(data.classes) * (data.columns + 1)
  let weights = new Float64Array(size)
  let gradient = new Float64Array(size)
  const x = sparseRows(data.x, data.rows, data.columns)
  let loss = lossAt(data, x, penalty, weights, gradient)
  const history: { s: Float64Array; y: Float64Array; rho: number }[] = []
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (Math.max(...gradient.map(Math.abs)) < 1e-7) break
    const direction = descent(gradient, history)
    const slope = dot(direction, gradient)
    let step = history.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1
    const nextGradient = new Float64Array(size)
    let next = weights
    let nextLoss = Infinity
    for (let halving = 0; halving < 40; halving++, step /= 2) {
      next = weights.map((weight, i) => weight + step * (direction[i] ?? 0))
      nextLoss = lossAt(data, x, penalty, next, nextGradient)
      if (nextLoss <= loss + 1e-4 * step * slope) break
    }
    if (!(nextLoss < loss)) break
    const s = next.map((value, i) => value - (weights[i] ?? 0))
    const y = nextGradient.map((value, i) => value - (gradient[i] ?? 0))
    const curvature = dot(s, y)
    if (curvature > 1e-12) history.push({ s, y, rho: 1 / curvature })
    if (history.length > memory) history.shift()
    weights = next
    gradient = nextGradient
    loss = nextLoss
  }
  return weights
}

/** The quasi-Newton direction, by the two-loop recursion. */
function descent(
  gradient: Float64Array,
  history: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = gradient.slice()
  const alphas: number[] = []
  for (const { s, y, rho } of history.toReversed()) {
    const alpha = rho * dot(s, q)
    alphas.unshift(alpha)
    for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) - alpha * (y[i] ?? 0)
  }
  const newest = history.at(-1)
  const scale = newest ? 1 / (newest.rho * dot(newest.y, newest.y)) : 1
  for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) * scale
  history.forEach(({ s, y, rho }, index) => {
    const beta = rho * dot(y, q)
    const weight = (alphas[index] ?? 0) - beta
    for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) + weight * (s[i] ?? 0)
  })
  return q.map((value) => -value)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}
