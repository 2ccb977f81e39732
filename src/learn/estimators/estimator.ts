import type { Random } from '#stats'
import type { GraphBuilder } from '../onnx/graph-builder.ts'

/** Rows side by side without missing values, and the class of each. */
export interface TrainingData {
  /** Row by row. */
  readonly x: Float32Array
  readonly rows: number
  readonly columns: number
  /** Class numbers from 0. */
  readonly y: Uint32Array
  readonly classes: number
}

/** A classifier that has been fitted; there is no way to ask an unfitted one. */
export interface FittedClassifier {
  /** Probabilities row by row, `classes` of them each, that sum to one. */
  probabilities(x: Float32Array, rows: number): Float64Array
  /** Adds what it computes to an ONNX graph: from a float tensor [rows, columns] to probabilities [rows, classes]. */
  toOnnx(graph: GraphBuilder, input: string): string
}

export interface EstimatorOption {
  readonly default: number
  readonly min: number
  readonly max: number
  readonly integer: boolean
  readonly description: string
}

/** A kind of classifier: its options are plain numbers with defaults, and fitting gives a fitted one. */
export interface Estimator {
  readonly name: string
  readonly title: string
  readonly options: Readonly<Record<string, EstimatorOption>>
  fit(
    data: TrainingData,
    options: Readonly<Record<string, number>>,
    random: Random,
  ): FittedClassifier
}
