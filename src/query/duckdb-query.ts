import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { TidemillError } from '#contract'
import { identifier } from '#store'
import type { Table } from '#table'
import { withCsv } from './csv-source.ts'
import { loadTable } from './load-table.ts'
import type { Query, QueryLimits, RunOptions } from './query.ts'
import { readTable } from './read-result.ts'
import { literal } from './sql-text.ts'

const engineOptions = {
  threads: '2',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
}

async function openEngine(): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', engineOptions)
  const connection = await instance.connect()
  await connection.run("set global TimeZone = 'UTC'")
  connection.disconnectSync()
  return instance
}

/** Tables and SQL by DuckDB, in this process. */
export async function openDuckdb(limits: {
  readonly users: QueryLimits
  readonly ours: QueryLimits
}): Promise<Query> {
  const instance = await openEngine()
  const before: Record<keyof typeof limits, Promise<unknown>> = {
    users: Promise.resolve(),
    ours: Promise.resolve(),
  }

  async function connected<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await instance.connect()
    try {
      return await work(connection)
    } finally {
      connection.disconnectSync()
    }
  }

  return {
    readCsv: (file, options = {}) =>
      connected(async (connection) => {
        const table = await withCsv(connection, file, options, (expression) =>
          readTable(connection, `select * from ${expression}`),
        )
        if (table.length === 0) {
          throw new TidemillError('csv_empty', { file: options.shownAs ?? file })
        }
        return table
      }),

    readParquet: (file, shownAs = file) =>
      connected((connection) =>
        readTable(connection, `select * from read_parquet(${literal(file)})`),
      ).catch(unreadableAs('Parquet', shownAs)),

    readJsonLines: (file, shownAs = file) =>
      connected((connection) =>
        readTable(
          connection,
          `select * from read_json(${literal(file)}, format='newline_delimited')`,
        ),
      ).catch(unreadableAs('JSON lines', shownAs)),

    readPage: (file, { format, offset, limit, shownAs }) =>
      connected(async (connection) => {
        const pageOf = async (expression: string) => {
          const counted = await connection.runAndReadAll(`select count(*) from ${expression}`)
          const select = `select * from ${expression} limit ${limit} offset ${offset}`
          return {
            total: Number(counted.getRows()[0]?.[0] ?? 0),
            table: await readTable(connection, select),
          }
        }
        if (format === 'csv') return withCsv(connection, file, { shownAs }, pageOf)
        return pageOf(`read_parquet(${literal(file)})`).catch(unreadableAs('Parquet', shownAs))
      }),

    writeParquet: (table, file) =>
      connected(async (connection) => {
        await loadTable(connection, 'written', table)
        await connection.run(`copy written to ${literal(file)} (format parquet, compression zstd)`)
      }),

    csvToParquet: (csv, parquet, options = {}) =>
      connected(async (connection) => {
        const rows = await withCsv(connection, csv, options, async (expression) => {
          const copy = `copy (select * from ${expression}) to ${literal(parquet)} (format parquet, compression zstd)`
          const done = await connection.runAndReadAll(copy)
          return Number(done.getRows()[0]?.[0] ?? 0)
        })
        if (rows === 0) throw new TidemillError('csv_empty', { file: options.shownAs ?? csv })
        const head = await readTable(
          connection,
          `select * from read_parquet(${literal(parquet)}) limit 0`,
        )
        return { rows, fields: head.schema.fields }
      }),

    run(sql, options = {}) {
      const whose = options.isOurs === true ? 'ours' : 'users'
      const table = before[whose].then(() => run(sql, options, limits[whose]))
      before[whose] = table.catch(() => undefined)
      return table
    },

    close: () => Promise.resolve(instance.closeSync()),
  }
}

/** The engine's complaint about a file as a person's mistake. The line it names is not always the one, so none is told. */
function unreadableAs(format: string, shownAs: string): (error: unknown) => never {
  return (error) => {
    const problem = `${shownAs} cannot be read as ${format}.`
    throw new TidemillError('schema_mismatch', { problem }, error)
  }
}

/** Each run has an engine of its own, shut in after its tables are there: a user's SQL cannot unlock it. */
async function run(sql: string, options: RunOptions, limits: QueryLimits): Promise<Table> {
  const { tables = {}, signal } = options
  signal?.throwIfAborted()
  const instance = await openEngine()
  const connection = await instance.connect()
  const interrupt = (): void => connection.interrupt()
  const spill =
    limits.memoryMb === undefined ? await mkdtemp(join(tmpdir(), 'tidemill-sql-')) : undefined
  let late: AbortSignal | undefined
  try {
    await prepare(connection, { tables, limits, spill: spill ?? '' })
    // Not sooner: tables that take long to load are not the fault of the SQL, and a limit that passes meanwhile would stop nothing.
    late = AbortSignal.timeout(limits.seconds * 1000)
    signal?.addEventListener('abort', interrupt)
    late.addEventListener('abort', interrupt)
    signal?.throwIfAborted()
    return await readTable(connection, sql)
  } catch (error) {
    if (error instanceof TidemillError || signal?.aborted) throw error
    const problem = late?.aborted
      ? `It took longer than ${limits.seconds} s.`
      : error instanceof Error
        ? error.message
        : String(error)
    throw new TidemillError('query_failed', { problem }, error)
  } finally {
    signal?.removeEventListener('abort', interrupt)
    late?.removeEventListener('abort', interrupt)
    connection.disconnectSync()
    instance.closeSync()
    if (spill !== undefined) await rm(spill, { recursive: true, force: true })
  }
}

interface Prepared {
  readonly tables: NonNullable<RunOptions['tables']>
  readonly limits: QueryLimits
  /** Where what does not fit into memory goes; nowhere when empty. */
  readonly spill: string
}

async function prepare(
  connection: DuckDBConnection,
  { tables, limits, spill }: Prepared,
): Promise<void> {
  await connection.run(`set temp_directory = ${literal(spill)}`)
  const files = Object.values(tables).filter((source) => typeof source === 'string')
  for (const [name, source] of Object.entries(tables)) {
    if (typeof source !== 'string') await loadTable(connection, name, source)
  }
  await connection.run(`set allowed_paths = [${files.map(literal).join(', ')}]`)
  if (limits.memoryMb !== undefined) {
    await connection.run(`set memory_limit = '${limits.memoryMb}MB'`)
  }
  await connection.run('set enable_external_access = false')
  await connection.run('set lock_configuration = true')
  for (const [name, source] of Object.entries(tables)) {
    if (typeof source !== 'string') continue
    await connection.run(
      `create view ${identifier(name)} as select * from read_parquet(${literal(source)})`,
    )
  }
}
