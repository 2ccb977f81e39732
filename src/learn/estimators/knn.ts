import type { Estimator, FittedClassifier, TrainingData } from './estimator.ts'

/**
 * K nearest neighbours by Euclidean distance: the probability of a class is its share among the k nearest training rows. Of rows
 * at the same distance the earlier one counts as nearer, in the ONNX graph too. Predicting costs rows × training rows × columns.
 *
 * References: Cover, Hart (1967), Nearest neighbor pattern classification.
 */
export const knn: Estimator = {
  name: 'knn',
  title: 'K nearest neighbours',
  options: {
    neighbors: {
      default: 5,
      min: 1,
      max: 1000,
      integer: true,
      description: 'How many neighbours vote',
    },
  },
  fit: (data, { neighbors = 5 }) => fitted(data, Math.min(neighbors, data.rows)),
}

function fitted(data: TrainingData, k: number): FittedClassifier {
  const { x: train, rows: trainRows, columns, y, classes } = data
  return {
    probabilities(x, rows) {
      const result = new Float64Array(rows * classes)
      const nearest = new Uint32Array(k)
      const distances = new Float64Array(k)
      for (let row = 0; row < rows; row++) {
        let found = 0
        for (let other = 0; other < trainRows; other++) {
          let distance = 0
          for (let j = 0; j < columns; j++) {
            const difference = (x[row * columns + j] ?? 0) - (train[other * columns + j] ?? 0)
            distance += difference * difference
          }
          if (found === k && distance >= (distances[k - 1] ?? 0)) continue
          let at = found < k ? found++ : k - 1
          for (; at > 0 && (distances[at - 1] ?? 0) > distance; at--) {
            distances[at] = distances[at - 1] ?? 0
            nearest[at] = nearest[at - 1] ?? 0
          }
          distances[at] = distance
          nearest[at] = other
        }
        for (const other of nearest) {
          const cell = row * classes + (y[other] ?? 0)
          result[cell] = (result[cell] ?? 0) + 1 / k
        }
      }
      return result
    },

    toOnnx(graph, input) {
      const votes = new Float32Array(trainRows * classes)
      y.forEach((label, row) => (votes[row * classes + label] = 1))
      const points = graph.floats('train', train, [1, trainRows, columns])
      const one = graph.integers('axis_1', [1])
      const last = graph.integers('axis_2', [2])
      const spread = graph.node('Unsqueeze', [input, one])
      const difference = graph.node('Sub', [spread, points])
      const square = graph.node('Mul', [difference, difference])
      const distance = graph.node('ReduceSum', [square, last], { keepdims: 0 })
      const [, indices = ''] = graph.nodes('TopK', [distance, graph.integers('k', [k])], 2, {
        axis: -1,
        largest: 0,
        sorted: 1,
      })
      const picked = graph.node(
        'Gather',
        [graph.floats('votes', votes, [trainRows, classes]), indices],
        { axis: 0 },
      )
      return graph.node('ReduceMean', [picked, one], { keepdims: 0 })
    },
  }
}
