import type { Kysely, QueryExecutorProvider } from 'kysely'

/**
 * One step of a room's schema, forward only. Statements are SQL that SQLite and PostgreSQL both read; where they cannot
 * agree, one list each. Portable types: `text`, `bigint` (integers, milliseconds, booleans as 0/1), `double precision`, `blob`
 * (written `{blob}`, which becomes `blob` or `bytea`).
 */
export interface Migration {
  readonly room: string
  /** Counts from 1 within the room. A released migration never changes. */
  readonly number: number
  readonly name: string
  readonly statements:
    | readonly string[]
    | { readonly sqlite: readonly string[]; readonly postgres: readonly string[] }
  /** What SQL cannot do safely with what is stored already; in the transaction of the statements, after them. */
  readonly fill?: (tx: QueryExecutorProvider) => Promise<void>
  /** Digests of other statements, from before a release, that left the same tables. */
  readonly formerly?: readonly string[]
}

/** What a statement can be given. Booleans travel as 0 and 1; SQLite keeps NaN as null. */
export type SqlValue = string | number | bigint | Uint8Array | null

/** One row of a fast read. What a column holds is known to who wrote the statement, and to nobody else. */
export type Tuple = readonly SqlValue[]

/** One statement of a batch, with `?` for its values, run once for each of its rows. */
export interface BatchStep {
  readonly sql: string
  readonly rows: readonly (readonly SqlValue[])[]
  /** No two rows have one key, so that an upsert may be sent for many rows at a time. */
  readonly distinct?: boolean
  /** Each row must change something, else nothing of the batch is done. */
  readonly everyRow?: boolean
}

/**
 * The metadata database: typed SQL over the tables a room declares in an interface of its own (`database.tables<LakeTables>()`).
 * A promise that resolves means the rows are durable. Rows are plain objects; integers, counts and sums are numbers (bigints past
 * 2^53), blobs are `Uint8Array`.
 */
export interface Metadata {
  readonly dialect: 'sqlite' | 'postgres'
  /** The query builder, typed by the room's own tables. */
  tables<Tables>(): Kysely<Tables>
  /**
   * Runs all of `work` or none of it. Transactions are serialisable against each other on SQLite, and retried on conflict on
   * PostgreSQL, so `work` may run more than once: it changes nothing but rows, and all of them through `tx`. Keep it short;
   * other writers wait for it.
   */
  transaction<Tables, T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T>
  /**
   * The fast path for many rows: runs one statement, with `?` for its values, once for each of `rows` in one transaction, and
   * tells how many rows changed. An `insert … values (?, ?)` is sent many rows at a time where that is faster.
   */
  execute(sql: string, rows: readonly (readonly SqlValue[])[]): Promise<number>
  /** The fast path for reading: what a select with `?` for its values finds, each row an array in the order of its columns. */
  read(sql: string, values: readonly SqlValue[]): Promise<readonly Tuple[]>
  /** The fast path for several statements in one transaction. False when a step wanted every row to change and one did not. */
  batch(steps: readonly BatchStep[]): Promise<boolean>
  /** Brings the schema up to the given migrations, after a backup; refuses a database that knows newer ones (`home_newer`). */
  migrate(migrations: readonly Migration[]): Promise<void>
  /** Writes a consistent copy to a file while others write. A PostgreSQL database is backed up with its own tools (pg_dump). */
  backup(file: string): Promise<void>
  close(): Promise<void>
}
