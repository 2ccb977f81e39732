import { sql } from 'kysely'
import type { Metadata } from '#store'

const digest = /sha256:[0-9a-f]{64}/g
const page = 20_000
const ownersAtOnce = 500

/** Files of runs, logged models and traces, in pages; those of the given owners left out. */
async function* artifactDigests(
  metadata: Metadata,
  without: ReadonlySet<string>,
): AsyncGenerator<string> {
  let last = ['', '']
  for (;;) {
    const { rows } = await sql<{ owner: string; path: string; digest: string }>`
      select owner, path, digest from artifacts
      where (owner, path) > (${last[0]}, ${last[1]}) order by owner, path limit ${page}`.execute(
      metadata.tables<Record<string, never>>(),
    )
    for (const row of rows) if (!without.has(row.owner)) yield row.digest
    const end = rows.at(-1)
    if (rows.length < page || !end) return
    last = [end.owner, end.path]
  }
}

/** The files of some owners. */
export async function objectsOf(
  metadata: Metadata,
  owners: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const all = [...owners]
  for (let start = 0; start < all.length; start += ownersAtOnce) {
    const some = all.slice(start, start + ownersAtOnce)
    const { rows } = await sql<{ digest: string }>`
      select distinct digest from artifacts where owner in (${sql.join(some)})`.execute(
      metadata.tables<Record<string, never>>(),
    )
    for (const row of rows) found.add(row.digest)
  }
  return found
}

/** Columns that could hold a digest: those of text, in every table there is. */
async function textColumns(
  metadata: Metadata,
): Promise<readonly { readonly table: string; readonly column: string }[]> {
  const asked =
    metadata.dialect === 'sqlite'
      ? sql<{ table: string; column: string }>`
          select m.name as "table", p.name as "column"
          from sqlite_schema m, pragma_table_info(m.name) p
          where m.type = 'table' and lower(p.type) = 'text'`
      : sql<{ table: string; column: string }>`
          select table_name as "table", column_name as "column" from information_schema.columns
          where table_schema = current_schema() and data_type in ('text', 'character varying')`
  return (await asked.execute(metadata.tables<Record<string, never>>())).rows
}

/**
 * Every object that anything on record names. Not each room is asked for what it uses: a column that somebody adds tomorrow counts by
 * itself, because a digest that stands anywhere in the database is in use. `without` are owners of files that are about to go.
 */
export async function referencedObjects(
  metadata: Metadata,
  without: ReadonlySet<string> = new Set(),
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for await (const each of artifactDigests(metadata, without)) found.add(each)
  for (const { table, column } of await textColumns(metadata)) {
    if (table === 'artifacts') continue
    const text = sql.ref(`${table}.${column}`)
    const { rows } = await sql<{ text: string }>`
      select distinct ${text} as text from ${sql.table(table)} where ${text} like '%sha256:%'`.execute(
      metadata.tables<Record<string, never>>(),
    )
    for (const row of rows) for (const [each] of row.text.matchAll(digest)) found.add(each)
  }
  return found
}
