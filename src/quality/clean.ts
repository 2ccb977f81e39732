import { TidemillError, type CleaningAction } from '#contract'
import { median } from '#stats'
import {
  column as columnOf,
  inferColumn,
  numbersOf,
  take,
  textsOf,
  valueAt,
  withColumn,
  type Column,
  type Table,
  type Value,
} from '#table'

export interface CleaningChange {
  readonly action: CleaningAction
  readonly cells: number
  readonly rows: number
}

/** Applies actions in order; each sees what the one before it left. The table given is not changed. */
export function clean(
  table: Table,
  actions: readonly CleaningAction[],
): { readonly table: Table; readonly changes: readonly CleaningChange[] } {
  const changes: CleaningChange[] = []
  let current = table
  for (const action of actions) {
    const done = action.action === 'drop_row' ? dropRows(current, action) : change(current, action)
    changes.push({ action, cells: done.cells, rows: done.rows })
    current = done.table
  }
  return { table: current, changes }
}

interface Step {
  readonly table: Table
  readonly cells: number
  readonly rows: number
}

/** Drops rows where one of the columns is missing, or holds one of `values` where those are given. */
function dropRows(table: Table, { columns, values }: CleaningAction): Step {
  const unwanted = values && new Set(values.map(String))
  const picked = columns.map((name) => columnOf(table, name))
  const kept: number[] = []
  for (let row = 0; row < table.length; row++) {
    const dropped = picked.some((column) => {
      const value = valueAt(column, row)
      return unwanted ? value !== null && unwanted.has(String(value)) : value === null
    })
    if (!dropped) kept.push(row)
  }
  return { table: take(table, kept), cells: 0, rows: table.length - kept.length }
}

function change(table: Table, action: CleaningAction): Step {
  const touched = new Set<number>()
  let cells = 0
  let current = table
  for (const name of action.columns) {
    const column = columnOf(current, name)
    const edit = editOf(action, column)
    const values: Value[] = Array.from({ length: column.length }, (_, row) => {
      const before = valueAt(column, row)
      const after = edit(before)
      if (after !== before) {
        cells++
        touched.add(row)
      }
      return after
    })
    current = withColumn(current, sameType(column, inferColumn(name, values), values))
  }
  return { table: current, cells, rows: touched.size }
}

function editOf(action: CleaningAction, column: Column): (value: Value) => Value {
  switch (action.action) {
    case 'zero_to_missing':
      return (value) => (value === 0 || value === 0n ? null : value)
    case 'value_to_missing': {
      const unwanted = new Set((action.values ?? []).map(String))
      return (value) => (value !== null && unwanted.has(String(value)) ? null : value)
    }
    case 'clip': {
      const { min = -Infinity, max = Infinity } = action
      needNumbers(action, column)
      return (value) => (typeof value === 'number' ? Math.min(max, Math.max(min, value)) : value)
    }
    case 'impute_median': {
      const numbers = needNumbers(action, column).filter((value) => !Number.isNaN(value))
      const middle = median(numbers) ?? null
      return (value) => value ?? middle
    }
    case 'impute_mode': {
      const mode = mostFrequent(column)
      return (value) => value ?? mode
    }
    case 'trim':
      return (value) => (typeof value === 'string' ? value.trim() : value)
    case 'map': {
      const mapping = new Map(Object.entries(action.mapping ?? {}))
      return (value) => (value === null ? value : (mapping.get(String(value)) ?? value))
    }
    case 'drop_row':
      return (value) => value
  }
}

function needNumbers(action: CleaningAction, column: Column): Float64Array {
  const numbers = numbersOf(column)
  if (numbers) return numbers
  throw new TidemillError('schema_mismatch', {
    problem: `${action.action} needs numbers, and column ${column.name} holds texts.`,
  })
}

/** The value there is most of; of equals, the one that comes first. */
function mostFrequent(column: Column): Value {
  const counts = new Map<string, { count: number; row: number }>()
  textsOf(column).forEach((text, row) => {
    if (text === null) return
    const seen = counts.get(text)
    if (seen) seen.count++
    else counts.set(text, { count: 1, row })
  })
  const [first] = [...counts.values()].toSorted((a, b) => b.count - a.count || a.row - b.row)
  return first ? valueAt(column, first.row) : null
}

/** Doubles stay doubles, and an emptied column keeps the type it had. */
function sameType(before: Column, inferred: Column, values: readonly Value[]): Column {
  if (before.type === inferred.type) return inferred
  if (before.type === 'number' || (before.type === 'integer' && inferred.type === 'string')) {
    const numbers = Float64Array.from(values, (value) => (value === null ? NaN : Number(value)))
    if (numbers.every((number, row) => !Number.isNaN(number) || values[row] === null)) {
      const { name, length, validity } = inferred
      return { name, length, type: 'number', values: numbers, ...(validity ? { validity } : {}) }
    }
  }
  return inferred
}
