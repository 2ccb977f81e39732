import type { Prediction, Signature, SignatureField } from '#contract'

/** What stands in the form’s fields, as text. */
export type FormValues = Readonly<Record<string, string>>
export type DataRow = Prediction['features']
export type Cell = DataRow[string]

interface Checked {
  readonly row: DataRow
  /** What keeps a field from being sent, by field. */
  readonly errors: Readonly<Record<string, string>>
}

/** Turns the form into a row, and says of each field that cannot be sent why. */
export function checkForm(signature: Signature, values: FormValues): Checked {
  const row: Record<string, Cell> = {}
  const errors: Record<string, string> = {}
  for (const field of signature.inputs) {
    const text = (values[field.name] ?? '').trim()
    if (text === '') {
      if (field.optional) row[field.name] = null
      else errors[field.name] = 'A value is needed.'
      continue
    }
    const cell = parseCell(field, text)
    if (typeof cell === 'object' && cell !== null) errors[field.name] = cell.problem
    else row[field.name] = cell
  }
  return { row, errors }
}

function parseCell(field: SignatureField, text: string): Cell | { readonly problem: string } {
  switch (field.type) {
    case 'number':
    case 'integer': {
      const value = Number(text)
      if (!Number.isFinite(value)) return { problem: `“${text}” is not a number.` }
      if (field.type === 'integer' && !Number.isInteger(value)) {
        return { problem: 'A whole number is needed.' }
      }
      return value
    }
    case 'boolean':
      return text === 'true'
    case 'string':
      return text
  }
}

/** Why an allowed value should still be looked at: training saw nothing like it. */
export function rangeWarning(field: SignatureField, text: string): string | undefined {
  if (text.trim() === '') return undefined
  const value = Number(text)
  if (field.min !== undefined && value < field.min) return `Below all training data (${field.min}).`
  if (field.max !== undefined && value > field.max) return `Above all training data (${field.max}).`
  return undefined
}

/** A row to start from: the version’s own example, else the mean or first category of each field. */
export function exampleValues(signature: Signature, example?: DataRow): FormValues {
  return Object.fromEntries(
    signature.inputs.map((field) => [field.name, exampleText(field, example?.[field.name])]),
  )
}

function exampleText(field: SignatureField, given: Cell | undefined): string {
  if (given !== undefined && given !== null) return String(given)
  if (field.categories?.[0] !== undefined) return field.categories[0]
  if (field.mean === undefined) return ''
  return String(
    field.type === 'integer' ? Math.round(field.mean) : Number(field.mean.toPrecision(4)),
  )
}
