import type { RawBuilder } from 'kysely'

/** The rows that fulfil one comparison, found by an index of what is compared. */
export interface Lookup {
  /** What of the searched table the found values are. */
  readonly column: string
  readonly select: RawBuilder<unknown>
}

/** Rows of another table whose values order the searched ones; each searched row has at most one. */
export interface OrderingValues {
  readonly table: string
  /** That a row of it belongs to the searched row. */
  readonly belongs: RawBuilder<boolean>
  /** That a row of it is of the key. */
  readonly isOfKey: RawBuilder<boolean>
  readonly value: RawBuilder<unknown>
  /** That the searched row has none. */
  readonly missing: RawBuilder<boolean>
}
