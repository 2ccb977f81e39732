import { statSync } from 'node:fs'
import { extname } from 'node:path'
import { diffTables } from '#lake'
import { cachedObject, type ChangedFile } from '#pipeline'
import { openQuery, type Query } from '#query'
import type { Table } from '#table'

/** What differs between two versions of a file of rows. */
export interface TableChanges {
  readonly rows: readonly [before: number, after: number]
  readonly columnsAdded: readonly string[]
  readonly columnsRemoved: readonly string[]
  /** Columns of both whose type or cells differ, row by row. */
  readonly columnsChanged: readonly { readonly name: string; readonly cells: number }[]
}

/** Larger files are told of by their digests alone: both versions are read into memory. */
const largest = 64 << 20

/** Rows and columns that differ in a file that has two versions in the cache; `undefined` where it is no table, or none we can read. */
export async function tableChanges(
  folder: string,
  { path, old, new: now }: ChangedFile,
  query: Query,
): Promise<TableChanges | undefined> {
  if (old === undefined || now === undefined || !isTable(path)) return undefined
  const [before, after] = [
    await readVersion(folder, path, old, query),
    await readVersion(folder, path, now, query),
  ]
  if (!before || !after) return undefined
  const { columns } = diffTables(before, after)
  const named = (change: string) =>
    columns.filter((each) => each.change === change).map((each) => each.name)
  return {
    rows: [before.length, after.length],
    columnsAdded: named('added'),
    columnsRemoved: named('removed'),
    columnsChanged: columns.flatMap(({ name, change, cells }) =>
      change === 'changed' || change === 'retyped' ? [{ name, cells }] : [],
    ),
  }
}

/** Does something with an engine of its own. */
export async function withQuery<T>(work: (query: Query) => Promise<T>): Promise<T> {
  const query = openQuery()
  try {
    return await work(query)
  } finally {
    await query.close()
  }
}

export function isTable(path: string): boolean {
  return ['.csv', '.tsv', '.parquet', '.jsonl', '.ndjson'].includes(extname(path).toLowerCase())
}

async function readVersion(
  folder: string,
  path: string,
  md5: string,
  query: Query,
): Promise<Table | undefined> {
  const file = cachedObject(folder, md5)
  if (file === undefined || statSync(file).size > largest) return undefined
  const extension = extname(path).toLowerCase()
  const read =
    extension === '.parquet'
      ? query.readParquet(file)
      : extension === '.csv' || extension === '.tsv'
        ? query.readCsv(file, { shownAs: path })
        : query.readJsonLines(file)
  // an output that is no table after all is still data that changed
  return read.catch(() => undefined)
}
