import { TidemillError } from '#contract'
import { median, standardDeviation, mean } from '#stats'
import { column as columnOf, numbersOf, textsOf, type Table } from '#table'
import type { GraphBuilder } from './onnx/graph-builder.ts'

/** How one column becomes numbers: missing filled with the median and scaled, or one place for each category. */
export type FeatureStep =
  | {
      readonly kind: 'numeric'
      readonly name: string
      readonly fill: number
      readonly offset: number
      readonly scale: number
    }
  | { readonly kind: 'categorical'; readonly name: string; readonly categories: readonly string[] }

/**
 * From named columns to rows of numbers, fitted on training rows. Arithmetic is in single floats, step by step as ONNX Runtime
 * does it, so that a tree takes the same branch in both. A category that was not seen, or is missing, is all zeros.
 */
export interface Preprocessor {
  readonly steps: readonly FeatureStep[]
  readonly width: number
  transform(table: Table): Float32Array
  /** Adds the same to an ONNX graph: one named input a column, and the tensor [rows, width]. */
  toOnnx(graph: GraphBuilder): string
}

const mostCategories = 200

export function fitPreprocessor(table: Table, features: readonly string[]): Preprocessor {
  const steps = features.map((name) => fitStep(table, name))
  const width = steps.reduce((sum, step) => sum + widthOf(step), 0)
  return {
    steps,
    width,
    transform: (rows) => transform(rows, steps, width),
    toOnnx: (graph) => toOnnx(graph, steps),
  }
}

function fitStep(table: Table, name: string): FeatureStep {
  const column = columnOf(table, name)
  if (column.type === 'timestamp') {
    const problem = `column ${name} holds times, which are no feature; make numbers of them, such as an age.`
    throw new TidemillError('schema_mismatch', { problem })
  }
  const numbers = numbersOf(column)
  if (numbers) {
    const present = numbers.filter((value) => !Number.isNaN(value))
    const fill = median(present) ?? 0
    const filled = numbers.map((value) => (Number.isNaN(value) ? fill : value))
    const spread = standardDeviation(filled) ?? 0
    return {
      kind: 'numeric',
      name,
      fill: Math.fround(fill),
      offset: Math.fround(mean(filled) ?? 0),
      scale: Math.fround(spread > 0 ? 1 / spread : 1),
    }
  }
  const counts = new Map<string, number>()
  for (const text of textsOf(column)) {
    if (text !== null && text !== '') counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  const categories = [...counts]
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, mostCategories)
    .map(([text]) => text)
  return { kind: 'categorical', name, categories }
}

function widthOf(step: FeatureStep): number {
  return step.kind === 'numeric' ? 1 : step.categories.length
}

function transform(table: Table, steps: readonly FeatureStep[], width: number): Float32Array {
  const x = new Float32Array(table.length * width)
  let at = 0
  // Numbers first, then categories: the order in which the graph joins them.
  for (const step of inGraphOrder(steps)) {
    const column = columnOf(table, step.name)
    if (step.kind === 'numeric') {
      const numbers = numbersOf(column)
      for (let row = 0; row < table.length; row++) {
        const value = Math.fround(numbers?.[row] ?? NaN)
        const filled = Number.isNaN(value) ? step.fill : value
        x[row * width + at] = Math.fround(filled - step.offset) * step.scale
      }
    } else {
      const placeOf = new Map(step.categories.map((category, i) => [category, i]))
      textsOf(column).forEach((text, row) => {
        const place = text === null ? undefined : placeOf.get(text)
        if (place !== undefined) x[row * width + at + place] = 1
      })
    }
    at += widthOf(step)
  }
  return x
}

function inGraphOrder(steps: readonly FeatureStep[]): readonly FeatureStep[] {
  return [
    ...steps.filter((step) => step.kind === 'numeric'),
    ...steps.filter((step) => step.kind === 'categorical'),
  ]
}

function toOnnx(graph: GraphBuilder, steps: readonly FeatureStep[]): string {
  // Inputs are declared in the order of the features, whatever order the graph joins them in.
  for (const step of steps) graph.input(step.name, step.kind === 'numeric' ? 'float' : 'string')
  const parts: string[] = []
  const numeric = steps.filter((step) => step.kind === 'numeric')
  if (numeric.length > 0) {
    const names = numeric.map((step) => step.name)
    // One column after the other, whether they come as [rows] or [rows, 1]; then rows across.
    const behind = graph.node('Concat', names, { axis: 0 })
    const columns = graph.node('Reshape', [behind, graph.integers('shape', [names.length, -1])])
    const filled = graph.node(
      'Imputer',
      [graph.node('Transpose', [columns], { perm: { integers: [1, 0] } })],
      { imputed_value_floats: numeric.map((step) => step.fill), replaced_value_float: NaN },
      'ai.onnx.ml',
    )
    parts.push(
      graph.node(
        'Scaler',
        [filled],
        {
          offset: numeric.map((step) => step.offset),
          scale: numeric.map((step) => step.scale),
        },
        'ai.onnx.ml',
      ),
    )
  }
  for (const step of steps) {
    if (step.kind !== 'categorical' || step.categories.length === 0) continue
    const places = graph.node(
      'OneHotEncoder',
      [step.name],
      { cats_strings: step.categories, zeros: 1 },
      'ai.onnx.ml',
    )
    const shape = graph.integers('shape', [-1, step.categories.length])
    parts.push(graph.node('Reshape', [places, shape]))
  }
  return parts.length === 1 ? (parts[0] ?? '') : graph.node('Concat', parts, { axis: 1 })
}
