import type { Profile } from '#contract'

export interface LeftOut {
  readonly column: string
  readonly why: string
}

/** Fewer rows may differ everywhere by chance. */
const fewestRows = 20

const keyNames = [/(^|[ _-])(id|key|index|number|no)$/i, /[a-z]I[dD]$/]

/** Which columns a model is to learn from: not those that only name the row, nor times, which are no numbers yet. */
export function inputsOfCsv(
  { columns, rows }: Profile,
  label: string,
): { readonly inputs: readonly string[]; readonly leftOut: readonly LeftOut[] } {
  const inputs: string[] = []
  const leftOut: LeftOut[] = []
  for (const each of columns) {
    if (each.name === label) continue
    const why =
      each.type === 'timestamp'
        ? 'holds times: make numbers of them, such as an age'
        : namesTheRow(each, rows)
          ? 'is another in each row, so it only names the row'
          : undefined
    if (why === undefined) inputs.push(each.name)
    else leftOut.push({ column: each.name, why })
  }
  return { inputs, leftOut }
}

/** Texts that never repeat, and whole numbers that count the rows or are called a key. Measurements seldom repeat either. */
function namesTheRow(column: Profile['columns'][number], rows: number): boolean {
  if (rows < fewestRows || column.distinct !== rows) return false
  if (column.type === 'string') return true
  if (column.type !== 'integer') return false
  return (
    keyNames.some((pattern) => pattern.test(column.name)) ||
    Number(column.max) - Number(column.min) === rows - 1
  )
}
