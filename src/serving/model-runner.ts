import { TidemillError, type Signature } from '#contract'
import type { OnnxHeader } from '#learn'
import type { Feed, Feeds, Outputs } from './runtime/messages.ts'
import type { LoadedModel } from './runtime/runtime.ts'
import type { Cell } from './read-rows.ts'

export interface RunnerAnswer {
  readonly label: string
  /** In the order of the signature's classes; absent for a regression. */
  readonly probabilities?: readonly number[]
}

/** Runs rows of cells through a model, whichever way its file wants them, and reads what it answers. */
export function modelRunner(
  name: string,
  header: OnnxHeader,
  signature: Signature,
  model: LoadedModel,
): (rows: readonly (readonly Cell[])[]) => Promise<readonly RunnerAnswer[]> {
  const feedsOf =
    header.inputs.length === 1 && signature.inputs.length > 1
      ? oneMatrix(header)
      : byColumn(name, header, signature)
  return async (rows) => {
    const feeds = feedsOf(rows)
    const outputs = await model.run(feeds).catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error)
      throw new TidemillError('model_invalid', { name, problem }, error)
    })
    return answersOf(outputs, rows.length, signature)
  }
}

type MakeFeeds = (rows: readonly (readonly Cell[])[]) => Feeds

const textElement = 8
const integerElements = new Set([6, 7])

function byColumn(model: string, header: OnnxHeader, signature: Signature): MakeFeeds {
  const places = header.inputs.map((input) => ({
    name: input.name,
    element: input.element,
    at: signature.inputs.findIndex((field) => field.name === input.name),
  }))
  return (rows) =>
    Object.fromEntries(
      places.map(({ name, element, at }) => {
        const cells = rows.map((row) => row[at] ?? null)
        return [name, column(cells, element, (problem) => refused(model, `"${name}" ${problem}`))]
      }),
    )
}

function refused(model: string, problem: string): TidemillError {
  return new TidemillError('prediction_invalid', { model, problem: `${problem}.` })
}

function column(
  cells: readonly Cell[],
  element: number,
  refuse: (problem: string) => TidemillError,
): Feed {
  if (element === textElement) {
    return { kind: 'string', width: 1, values: cells.map((cell) => String(cell ?? '')) }
  }
  if (integerElements.has(element)) {
    return { kind: 'integer', width: 1, values: wholeNumbers(cells, refuse) }
  }
  return { kind: 'float', width: 1, values: Float32Array.from(cells, numberOf) }
}

/** Whole numbers have no way to say that one is missing, and none for a half. */
function wholeNumbers(
  cells: readonly Cell[],
  refuse: (problem: string) => TidemillError,
): BigInt64Array {
  return BigInt64Array.from(cells, (cell) => {
    if (cell === null) throw refuse('may not be missing: the model reads whole numbers')
    const number = Number(cell)
    if (!Number.isSafeInteger(number)) throw refuse(`must be a whole number, not ${number}`)
    return BigInt(number)
  })
}

function oneMatrix(header: OnnxHeader): MakeFeeds {
  const name = header.inputs[0]?.name ?? 'X'
  return (rows) => {
    const width = rows[0]?.length ?? 0
    const values = new Float32Array(rows.length * width)
    rows.forEach((row, i) => row.forEach((cell, j) => (values[i * width + j] = numberOf(cell))))
    return { [name]: { kind: 'float', width, values } }
  }
}

function numberOf(cell: Cell): number {
  return cell === null ? NaN : Number(cell)
}

function answersOf(
  outputs: Outputs,
  rows: number,
  { classes }: Signature,
): readonly RunnerAnswer[] {
  const entries = Object.entries(outputs)
  const wide = entries.find(
    ([, output]) =>
      classes &&
      output.shape.length === 2 &&
      output.shape[1] === classes.length &&
      output.values instanceof Float32Array,
  )
  const label = entries.find(
    ([name, output]) => name !== wide?.[0] && output.values.length === rows,
  )
  return Array.from({ length: rows }, (_, row) => {
    const text = label ? String(label[1].values[row]) : ''
    if (!wide || !classes) return { label: text }
    const width = classes.length
    const all = wide[1].values as Float32Array
    const probabilities = Array.from(all.subarray(row * width, (row + 1) * width))
    const best = probabilities.indexOf(Math.max(...probabilities))
    return { label: text === '' ? (classes[best] ?? '') : text, probabilities }
  })
}
