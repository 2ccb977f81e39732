import type { Field, Table } from '#table'
import type { CsvOptions } from './csv-source.ts'

/** What one select may take; the next waits for its end. */
export interface QueryLimits {
  /** Without it, what the engine takes by itself; what does not fit goes to the disk. */
  readonly memoryMb?: number
  readonly seconds: number
}

const usualLimits: QueryLimits = { memoryMb: 1024, seconds: 30 }
const ourLimits: QueryLimits = { seconds: 3600 }

export interface RunOptions {
  /** What the SQL may name: tables, and Parquet files by their paths. */
  readonly tables?: Readonly<Record<string, Table | string>>
  readonly signal?: AbortSignal
  /** Whether the SQL is our own and no user's: it waits for no user's, and its limits are those of a large join. */
  readonly isOurs?: boolean
}

/** SQL and files over tables, by an engine in this process. */
export interface Query {
  readCsv(file: string, options?: CsvOptions): Promise<Table>
  /** `shownAs` is the name a person knows the file by, for messages. */
  readParquet(file: string, shownAs?: string): Promise<Table>
  readJsonLines(file: string, shownAs?: string): Promise<Table>
  /** Some rows of a file, and how many it has; the others are not kept in memory. */
  readPage(
    file: string,
    page: {
      readonly format: 'csv' | 'parquet'
      readonly offset: number
      readonly limit: number
      readonly shownAs: string
    },
  ): Promise<{ readonly total: number; readonly table: Table }>
  writeParquet(table: Table, file: string): Promise<void>
  /** File to file, without going through memory. */
  csvToParquet(
    csv: string,
    parquet: string,
    options?: CsvOptions,
  ): Promise<{ readonly rows: number; readonly fields: readonly Field[] }>
  /** Runs one select, of a user's unless said. It sees the given tables, and no other file, extension or address. */
  run(sql: string, options?: RunOptions): Promise<Table>
  close(): Promise<void>
}

/** Opens nothing yet: the engine is loaded by the first question, as it would be a fifth of a server's start. */
export function openQuery(limits: Partial<QueryLimits> = {}): Query {
  let opened: Promise<Query> | undefined
  const engine = async (): Promise<Query> => {
    opened ??= import('./duckdb-query.ts').then(({ openDuckdb }) =>
      openDuckdb({ users: { ...usualLimits, ...limits }, ours: ourLimits }),
    )
    // What could not be opened once may be the next time.
    opened.catch(() => (opened = undefined))
    return opened
  }
  return {
    readCsv: async (...asked) => (await engine()).readCsv(...asked),
    readParquet: async (...asked) => (await engine()).readParquet(...asked),
    readJsonLines: async (...asked) => (await engine()).readJsonLines(...asked),
    readPage: async (...asked) => (await engine()).readPage(...asked),
    writeParquet: async (...asked) => (await engine()).writeParquet(...asked),
    csvToParquet: async (...asked) => (await engine()).csvToParquet(...asked),
    run: async (...asked) => (await engine()).run(...asked),
    close: async () => (await opened)?.close(),
  }
}
