import type { ColumnType } from './column.ts'

export interface Field {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
  /** The closed set, for a category. */
  readonly categories?: readonly string[]
}

export interface Schema {
  readonly fields: readonly Field[]
}
