const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

type CellValue = string | number | boolean | null | undefined

/** Ascending order of two cells: numbers by size, texts as people sort them, the missing last. */
export function compareValues(a: CellValue, b: CellValue): number {
  if (typeof a === 'number' && typeof b === 'number') {
    if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1
    return Number.isNaN(b) ? -1 : a - b
  }
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : 1
  if (b === undefined || b === null) return -1
  return collator.compare(String(a), String(b))
}
