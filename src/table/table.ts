import type { Column } from './column.ts'
import type { Schema } from './schema.ts'

/** Immutable typed columns of one length. What travels between rooms. */
export interface Table {
  readonly length: number
  readonly columns: readonly Column[]
  readonly schema: Schema
}
