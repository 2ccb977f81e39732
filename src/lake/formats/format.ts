import type { Query } from '#query'
import type { Table } from '#table'

export interface ReadOptions {
  /** Texts that stand for a missing value. */
  readonly nullValues?: readonly string[]
  /** The name a person knows the file by, for messages. */
  readonly shownAs?: string
}

/** How one file format becomes a table. Adding a format is adding a file and a line in `formats`. */
export interface Format {
  readonly name: string
  readonly extensions: readonly string[]
  read(query: Query, file: string, options: ReadOptions): Promise<Table>
}
