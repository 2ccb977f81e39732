import type { Schema } from '#table'

type Cell = number | string | boolean | null

/**
 * The key of an entity as JSON, so that ("1", "23") and ("12", "3") are two, each part in the type of its column, so that 1, "1" and
 * "01" are one entity where the column holds whole numbers, as in a join. Without one of its parts there is no entity.
 */
export function keyOf(
  names: readonly string[],
  schema: Schema,
  valueOf: (name: string) => Cell,
): string | undefined {
  const parts = names.map((name) => {
    const type = schema.fields.find((field) => field.name === name)?.type
    return partOf(valueOf(name), type)
  })
  return parts.includes(null) ? undefined : JSON.stringify(parts)
}

function partOf(value: Cell, type: Schema['fields'][number]['type'] | undefined): Cell {
  if (value === null) return null
  switch (type) {
    case 'integer':
    case 'number':
      return numberOf(value)
    case 'timestamp': {
      const time = new Date(typeof value === 'boolean' ? NaN : value)
      return Number.isNaN(time.getTime()) ? String(value) : time.toISOString()
    }
    case 'boolean':
    case undefined:
      return value
    case 'string':
    case 'category':
      return String(value)
  }
}

/** Digits past 2⁵³ stay as they are written. */
function numberOf(value: Exclude<Cell, null>): Cell {
  const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value)
  return Number.isNaN(number) || (Number.isInteger(number) && !Number.isSafeInteger(number))
    ? String(value)
    : number
}
