import { TidemillError, type Signature } from '#contract'
import { mean, seeded } from '#stats'
import { columnText, findColumn, numbersOf, take, type Table } from '#table'
import { estimatorNamed, optionsOf } from './estimators/estimators.ts'
import { graphBuilder } from './onnx/graph-builder.ts'
import { fitPreprocessor, type FeatureStep, type Preprocessor } from './preprocessor.ts'

export interface TrainRequest {
  /** The column to predict; rows without it are left out. */
  readonly label: string
  readonly estimator: string
  readonly params?: Readonly<Record<string, unknown>>
  /** All other columns unless said, but for times, which are no features as they are. */
  readonly features?: readonly string[]
  readonly seed?: number
  /** The class whose probability is the risk; of two classes the last in order unless said. */
  readonly positive?: string
}

/** A classifier over named columns: what fills, scales and codes them, and the estimator behind. */
export interface TrainedModel {
  readonly label: string
  readonly features: readonly string[]
  readonly classes: readonly string[]
  readonly positive: string | undefined
  predict(table: Table): {
    readonly labels: readonly string[]
    /** Row by row, a probability for each class. */
    readonly probabilities: Float64Array
  }
  /** The same as an ONNX file: one named input a column, outputs `label` and `probabilities`. */
  toOnnx(): Uint8Array
  /** What it reads and answers, with the ranges of the rows given. */
  signature(rows: Table): Signature
}

export function trainModel(table: Table, request: TrainRequest): TrainedModel {
  const { label, seed = 0 } = request
  const estimator = estimatorNamed(request.estimator)
  const options = optionsOf(estimator, request.params ?? {})
  const texts = columnText(table, label)
  const labelled = texts.flatMap((text, row) => (text === null ? [] : [row]))
  const rows = take(table, labelled)
  const classes = [...new Set(texts.filter((text) => text !== null))].toSorted(inOrder)
  if (classes.length < 2) {
    throw new TidemillError('schema_mismatch', {
      problem: `column ${label} has ${classes.length === 1 ? `only the class ${classes[0]}` : 'no labels'}; a classifier needs two.`,
    })
  }
  if (request.positive !== undefined && !classes.includes(request.positive)) {
    throw new TidemillError('schema_mismatch', {
      problem: `the positive class "${request.positive}" is none of the classes ${classes.join(', ')} of column ${label}.`,
    })
  }
  const features =
    request.features ??
    table.columns
      .filter((each) => each.name !== label && each.type !== 'timestamp')
      .map((each) => each.name)
  const preprocessor = fitPreprocessor(rows, features)
  const codeOf = new Map(classes.map((text, code) => [text, code]))
  const y = Uint32Array.from(labelled, (row) => codeOf.get(texts[row] ?? '') ?? 0)
  const x = preprocessor.transform(rows)
  const data = { x, rows: rows.length, columns: preprocessor.width, y, classes: classes.length }
  const fitted = estimator.fit(data, options, seeded(seed))
  const positive = request.positive ?? (classes.length === 2 ? classes[1] : undefined)

  return {
    label,
    features,
    classes,
    positive,

    predict(given) {
      const probabilities = fitted.probabilities(preprocessor.transform(given), given.length)
      const labels = Array.from({ length: given.length }, (_, row) => {
        let best = 0
        for (let c = 1; c < classes.length; c++) {
          const [p = 0, q = 0] = [
            probabilities[row * classes.length + c],
            probabilities[row * classes.length + best],
          ]
          if (p > q) best = c
        }
        return classes[best] ?? ''
      })
      return { labels, probabilities }
    },

    toOnnx: () => encode(preprocessor, fitted.toOnnx.bind(fitted), classes),

    signature: (given) => ({
      inputs: features.map((name) => signatureField(given, name, preprocessor.steps)),
      classes: [...classes],
      ...(positive === undefined ? {} : { positive }),
    }),
  }
}

function encode(
  preprocessor: Preprocessor,
  toOnnx: (graph: ReturnType<typeof graphBuilder>, input: string) => string,
  classes: readonly string[],
): Uint8Array {
  const graph = graphBuilder()
  const probabilities = toOnnx(graph, preprocessor.toOnnx(graph))
  const best = graph.node('ArgMax', [probabilities], { axis: 1, keepdims: 0 })
  // Integers only where each comes back as the text it was: "01" and "1" are two classes.
  const numeric = classes.every(
    (text) => /^-?\d{1,15}$/.test(text) && String(Number(text)) === text,
  )
  const names = numeric
    ? graph.integers('classes', classes.map(Number))
    : graph.strings('classes', classes)
  const label = graph.node('Gather', [names, best], { axis: 0 })
  graph.output('label', label, numeric ? 'int64' : 'string')
  graph.output('probabilities', probabilities, 'float', classes.length)
  return graph.encode({ classes: JSON.stringify(classes) })
}

/** Numbers by size, other texts by their letters. */
function inOrder(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)]
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y
  return a < b ? -1 : 1
}

function signatureField(
  table: Table,
  name: string,
  steps: readonly FeatureStep[],
): Signature['inputs'][number] {
  const column = findColumn(table, name)
  const step = steps.find((each) => each.name === name)
  if (step?.kind === 'categorical') {
    return { name, type: 'string', optional: true, categories: [...step.categories] }
  }
  if (column?.type === 'boolean') return { name, type: 'boolean', optional: true }
  const numbers = (column && numbersOf(column))?.filter((value) => !Number.isNaN(value))
  const type = column?.type === 'integer' ? 'integer' : 'number'
  if (!numbers || numbers.length === 0) return { name, type, optional: true }
  return {
    name,
    type,
    optional: true,
    min: numbers.reduce((least, value) => Math.min(least, value), Infinity),
    max: numbers.reduce((most, value) => Math.max(most, value), -Infinity),
    mean: mean(numbers) ?? 0,
  }
}
