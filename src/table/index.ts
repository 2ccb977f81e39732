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
export type { Field, Schema } from './schema.ts'
export type { Table } from './table.ts'
