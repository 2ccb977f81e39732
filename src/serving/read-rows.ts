import { TidemillError, type Signature, type SignatureField } from '#contract'

export type Cell = number | string | boolean | null
export type InputRow = Readonly<Record<string, Cell>>

const mostProblems = 10

/**
 * Rows as the model's inputs in order, or all that is wrong with them: missing, unknown and wrongly typed columns by name. A number that
 * is NaN, which JSON does not have but the binary protocols do, is a missing one.
 */
export function readRows(
  model: string,
  signature: Signature,
  rows: readonly InputRow[],
): readonly (readonly Cell[])[] {
  const problems: string[] = []
  const known = new Set(signature.inputs.map((input) => input.name))
  const read = rows.map((row, index) => {
    const where = rows.length === 1 ? '' : ` in row ${index}`
    for (const name of Object.keys(row)) {
      if (!known.has(name)) problems.push(`there is no input "${name}"${where}`)
    }
    return signature.inputs.map((input) => {
      const given = row[input.name]
      const value = typeof given === 'number' && Number.isNaN(given) ? null : given
      const problem = problemOf(input, value)
      if (problem !== undefined) problems.push(`"${input.name}" ${problem}${where}`)
      return value ?? null
    })
  })
  if (problems.length > 0) {
    const more =
      problems.length > mostProblems ? `; and ${problems.length - mostProblems} more` : ''
    const problem = `${problems.slice(0, mostProblems).join('; ')}${more}.`
    throw new TidemillError('prediction_invalid', { model, problem, problems })
  }
  return read
}

function problemOf(input: SignatureField, value: Cell | undefined): string | undefined {
  if (value === undefined) return input.optional ? undefined : 'is missing'
  if (value === null) return input.optional ? undefined : 'may not be null'
  switch (input.type) {
    case 'number':
      return Number.isFinite(value) ? undefined : `must be a number, not ${shown(value)}`
    case 'integer':
      // A whole number is what the data had; a fraction between two of them is still a number the model can read.
      return Number.isFinite(value) ? undefined : `must be a whole number, not ${shown(value)}`
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `must be true or false, not ${shown(value)}`
    case 'string':
      return typeof value === 'string' ? undefined : `must be a text, not ${shown(value)}`
  }
}

function shown(value: Cell): string {
  return typeof value === 'string' ? `"${value}"` : String(value)
}
