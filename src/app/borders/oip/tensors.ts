import { TidemillError, type Answer, type Signature } from '#contract'
import type { Cell, InputRow } from '#serving'

export interface InputTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly datatype: string
  readonly data: readonly unknown[]
}

export interface OutputTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly datatype: string
  readonly data: readonly (number | string | boolean)[]
}

const numberTypes = new Set([
  'FP16',
  'FP32',
  'FP64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
])

/** The protocol's name for the type of an input. */
export function datatypeOf(type: Signature['inputs'][number]['type']): string {
  return { number: 'FP64', integer: 'INT64', boolean: 'BOOL', string: 'BYTES' }[type]
}

/** Rows out of tensors: one a column, or a single matrix with the inputs side by side. */
export function rowsOfTensors(
  model: string,
  signature: Signature,
  tensors: readonly InputTensor[],
): readonly InputRow[] {
  const invalid = (problem: string): TidemillError =>
    new TidemillError('prediction_invalid', { model, problem })
  for (const tensor of tensors) {
    const size = tensor.shape.reduce((product, axis) => product * axis, 1)
    const flat = tensor.data.flat(Infinity)
    if (flat.length !== size) {
      throw invalid(
        `"${tensor.name}" has ${flat.length} values, but its shape [${tensor.shape.join(', ')}] wants ${size}.`,
      )
    }
    if (
      !numberTypes.has(tensor.datatype) &&
      tensor.datatype !== 'BYTES' &&
      tensor.datatype !== 'BOOL'
    ) {
      throw invalid(`"${tensor.name}" has the datatype ${tensor.datatype}, which is not supported.`)
    }
  }
  const { inputs } = signature
  const [only] = tensors
  const matrix =
    tensors.length === 1 &&
    only?.shape.length === 2 &&
    only.shape[1] === inputs.length &&
    inputs.length > 1
  if (matrix) {
    const flat = only.data.flat(Infinity)
    return Array.from({ length: only.shape[0] ?? 0 }, (_, row) =>
      Object.fromEntries(
        inputs.map((input, j) => [input.name, flat[row * inputs.length + j] as Cell]),
      ),
    )
  }
  const rows = tensors[0]?.shape[0] ?? 0
  const columns = tensors.map((tensor) => {
    const column = tensor.shape.length === 1 || (tensor.shape.length === 2 && tensor.shape[1] === 1)
    if (!column || tensor.shape[0] !== rows) {
      throw invalid(
        `"${tensor.name}" has the shape [${tensor.shape.join(', ')}]; each input is a column of the same ${rows} rows.`,
      )
    }
    return [tensor.name, tensor.data.flat(Infinity)] as const
  })
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, data]) => [name, data[row] as Cell])),
  )
}

/** The answers as tensors: the labels, and the probabilities in the order of the classes. */
export function tensorsOfAnswers(
  signature: Signature,
  answers: readonly Answer[],
): readonly OutputTensor[] {
  const { classes } = signature
  const labels: OutputTensor = {
    name: 'label',
    shape: [answers.length],
    datatype: 'BYTES',
    data: answers.map((answer) => answer.prediction),
  }
  if (!classes)
    return [{ ...labels, name: 'value', datatype: 'FP64', data: labels.data.map(Number) }]
  return [
    labels,
    {
      name: 'probabilities',
      shape: [answers.length, classes.length],
      datatype: 'FP64',
      data: answers.flatMap((answer) => classes.map((each) => answer.probabilities?.[each] ?? NaN)),
    },
  ]
}
