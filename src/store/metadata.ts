import type { Kysely } from 'kysely'

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
}

/**
 * The metadata database: typed SQL over the tables a room declares in an interface of its own (`database.tables<LakeTables>()`).
 * A promise that resolves means the rows are durable.
 */
export interface Metadata {
  readonly dialect: 'sqlite' | 'postgres'
  /** The query builder, typed by the room's own tables. */
  tables<Tables>(): Kysely<Tables>
  /** Runs all of `work` or none of it. Transactions are serialisable against each other on SQLite, and retried on conflict on PostgreSQL. */
  transaction<Tables, T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T>
  /** Brings the schema up to the given migrations, after a backup; refuses a database that knows newer ones (`home_newer`). */
  migrate(migrations: readonly Migration[]): Promise<void>
  /** Writes a consistent copy to a file while others write. */
  backup(file: string): Promise<void>
  close(): Promise<void>
}
