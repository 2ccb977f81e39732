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

/** What a value of a type is to those who only tell numbers from texts: whole numbers are numbers, categories are texts. */
export type Kind = 'number' | 'boolean' | 'text' | 'time'

export function kindOf(type: ColumnType): Kind {
  switch (type) {
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'timestamp':
      return 'time'
    case 'string':
    case 'category':
      return 'text'
  }
}
