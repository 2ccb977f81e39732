import { TidemillError, type Answer, type Signature } from '#contract'
import type { Cell, InputRow } from '#serving'

/** Rows out of a body in one of the forms MLflow's model server takes. */
export function rowsOfInvocation(body: unknown, signature: Signature): readonly InputRow[] {
  const invalid = (problem: string): TidemillError => new TidemillError('bad_request', { problem })
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid(
      'The body must be a JSON object with one of dataframe_split, dataframe_records, instances, inputs.',
    )
  }
  const {
    dataframe_split: split,
    dataframe_records: records,
    instances,
    inputs,
  } = body as Record<string, unknown>
  if (split !== undefined) {
    const { columns, data } = (split ?? {}) as {
      columns?: readonly string[]
      data?: readonly (readonly Cell[])[]
    }
    if (!Array.isArray(columns) || !Array.isArray(data))
      throw invalid('dataframe_split wants columns and data.')
    return data.map((row: readonly Cell[], index: number) => {
      if (!Array.isArray(row) || row.length !== columns.length) {
        throw invalid(`dataframe_split: row ${index} does not have ${columns.length} values.`)
      }
      return Object.fromEntries(columns.map((name: string, j: number) => [name, row[j] ?? null]))
    })
  }
  const rows = records ?? instances ?? inputs
  if (Array.isArray(rows)) return rows.map((row, index) => rowOf(row, index, signature, invalid))
  if (typeof rows === 'object' && rows !== null)
    return byColumn(rows as Record<string, unknown>, invalid)
  throw invalid('The body has none of dataframe_split, dataframe_records, instances, inputs.')
}

function rowOf(
  row: unknown,
  index: number,
  { inputs }: Signature,
  invalid: (problem: string) => Error,
): InputRow {
  if (Array.isArray(row)) {
    if (row.length !== inputs.length)
      throw invalid(`Row ${index} has ${row.length} values; the model has ${inputs.length} inputs.`)
    return Object.fromEntries(inputs.map((input, j) => [input.name, row[j] as Cell]))
  }
  if (typeof row === 'object' && row !== null) return row as InputRow
  throw invalid(`Row ${index} is neither an object nor a list.`)
}

function byColumn(
  columns: Readonly<Record<string, unknown>>,
  invalid: (problem: string) => Error,
): readonly InputRow[] {
  const entries = Object.entries(columns).map(([name, values]) => {
    if (!Array.isArray(values)) throw invalid(`"${name}" is no list of values.`)
    return [name, values as readonly Cell[]] as const
  })
  const rows = entries[0]?.[1].length ?? 0
  for (const [name, values] of entries)
    if (values.length !== rows) throw invalid(`"${name}" is no list of ${rows} values.`)
  return Array.from({ length: rows }, (_, i) =>
    Object.fromEntries(entries.map(([name, values]) => [name, values[i] ?? null])),
  )
}

/** What MLflow's server answers: the predictions, numbers where the classes are numbers. */
export function invocationAnswer(answers: readonly Answer[]): {
  readonly predictions: readonly (string | number)[]
} {
  const numeric = answers.every(
    (answer) => answer.prediction !== '' && !Number.isNaN(Number(answer.prediction)),
  )
  return {
    predictions: answers.map((answer) => (numeric ? Number(answer.prediction) : answer.prediction)),
  }
}
