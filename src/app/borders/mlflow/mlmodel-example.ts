import type { ModelVersion } from '#contract'
import { fieldsOfMlmodel } from './mlmodel-text.ts'

type Row = NonNullable<ModelVersion['inputExample']>
type Fields = Readonly<Record<string, unknown>>

/** The file with the input example that a model was logged with, by its path beside the MLmodel. */
export function exampleFileOf(mlmodel: string): string | undefined {
  const info = fieldsOfMlmodel(mlmodel).saved_input_example_info
  return isFields(info) && typeof info.artifact_path === 'string' ? info.artifact_path : undefined
}

/** The first row of an example, where it is of rows with plain values, as forms and clients of an endpoint show it. */
export function firstRowOf(example: unknown): Row | undefined {
  // What a model can be told stands beside the inputs, where the example has any.
  const given = isFields(example) && isFields(example.params) ? example.inputs : example
  const row = Array.isArray(given) ? (given[0] as unknown) : rowOf(given)
  const isPlain =
    isFields(row) && Object.values(row).every((each) => each === null || typeof each !== 'object')
  return isPlain ? (row as Row) : undefined
}

/** pandas' `split` keeps the names of columns apart from their values. */
function rowOf(given: unknown): unknown {
  if (!isFields(given) || !Array.isArray(given.columns) || !Array.isArray(given.data)) return given
  const [names, first] = [given.columns as unknown[], given.data[0] as unknown]
  if (!Array.isArray(first)) return undefined
  return Object.fromEntries(names.map((name, at) => [String(name), first[at] as unknown]))
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
