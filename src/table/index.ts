export type {
  BooleanColumn,
  Column,
  ColumnType,
  IntegerColumn,
  NumberColumn,
  Row,
  StringColumn,
  TimestampColumn,
  Value,
} from './column.ts'
export { kindOf, type Field, type Kind, type Schema } from './schema.ts'
export type { Table } from './table.ts'

export {
  booleanColumn,
  categoryColumn,
  codedColumn,
  inferColumn,
  integerColumn,
  numberColumn,
  stringColumn,
  timestampColumn,
} from './make-column.ts'
export { tableFromRows, tableOf } from './make-table.ts'
export { isMissing, missingCount, numbersOf, textsOf, valueAt } from './read-column.ts'
export {
  column,
  columnText,
  concat,
  drop,
  filter,
  findColumn,
  numericMatrix,
  rowAt,
  rowsOf,
  select,
  slice,
  take,
  withColumn,
  type Matrix,
} from './operations.ts'
export { contentDigest } from './content-digest.ts'
export { tableFromArrow, tableToArrow } from './arrow.ts'
