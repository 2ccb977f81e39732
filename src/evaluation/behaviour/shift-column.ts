import { column as columnOf, numberColumn, numbersOf, withColumn, type Table } from '#table'

/** The rows with one numeric column changed; what is missing stays missing. A column of texts throws. */
export function changeColumn(rows: Table, name: string, change: (value: number) => number): Table {
  const numbers = numbersOf(columnOf(rows, name))
  if (!numbers) throw new RangeError(`${name} holds texts, which cannot be moved by a number`)
  return withColumn(
    rows,
    numberColumn(
      name,
      Array.from(numbers, (value) => (Number.isNaN(value) ? null : change(value))),
    ),
  )
}
