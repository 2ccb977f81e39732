import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { parse } from 'yaml'
import { openQuery, type Query } from '#query'
import { rowsOf, type Table } from '#table'
import { csvText } from '../csv-text.ts'

/** The parameters of the pipeline, from params.yaml. */
export async function loadParams(file = 'params.yaml'): Promise<Record<string, unknown>> {
  return parse(await readFile(file, 'utf8')) as Record<string, unknown>
}

/** A table from a CSV, Parquet or JSON-lines file. */
export async function readTable(file: string): Promise<Table> {
  return withQuery((query) => {
    switch (extname(file).toLowerCase()) {
      case '.parquet':
        return query.readParquet(file)
      case '.jsonl':
      case '.ndjson':
        return query.readJsonLines(file)
      default:
        return query.readCsv(file)
    }
  })
}

/** Writes a table as Parquet or CSV, by the file's name; the folder is made. The old file stands until the new one is whole. */
export async function writeTable(table: Table, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const part = `${file}.part`
  if (extname(file).toLowerCase() === '.parquet') {
    await withQuery((query) => query.writeParquet(table, part))
  } else {
    await writeFile(
      part,
      csvText(
        table.columns.map((column) => column.name),
        rowsOf(table),
      ),
    )
  }
  await rename(part, file)
}

async function withQuery<T>(work: (query: Query) => Promise<T>): Promise<T> {
  const query = openQuery()
  try {
    return await work(query)
  } finally {
    await query.close()
  }
}
