import { sql, type Kysely } from 'kysely'
import type { Metadata } from './metadata.ts'

export interface TableShape {
  readonly name: string
  readonly columns: readonly string[]
  /** Its rows in order: the columns of its primary key. */
  readonly key: readonly string[]
  /** Tables whose rows its own point at. */
  readonly parents: readonly string[]
  /** The column the database counts itself, if there is one. */
  readonly counted?: string
}

export type PlainRow = Readonly<Record<string, unknown>>

type AnyTables = Record<string, Record<string, unknown>>

/** The tables of a database, each after those it points at; without the record of migrations. */
export async function tableShapes(metadata: Metadata): Promise<readonly TableShape[]> {
  const database = metadata.tables<AnyTables>()
  const shapes =
    metadata.dialect === 'sqlite' ? await sqliteShapes(database) : await postgresShapes(database)
  const ordered: TableShape[] = []
  const rest = new Map(shapes.map((shape) => [shape.name, shape]))
  while (rest.size > 0) {
    const ready = [...rest.values()].filter((shape) =>
      shape.parents.every((parent) => parent === shape.name || !rest.has(parent)),
    )
    if (ready.length === 0)
      throw new Error(`tables point at each other: ${[...rest.keys()].join(', ')}`)
    for (const shape of ready) {
      ordered.push(shape)
      rest.delete(shape.name)
    }
  }
  return ordered
}

/** The rows of a table in the order of its key, a page at a time. */
export async function* dumpTable(
  database: Kysely<AnyTables>,
  { name, key }: TableShape,
  size = 1000,
): AsyncGenerator<readonly PlainRow[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)))
  let last: PlainRow | undefined
  for (;;) {
    let select = database.selectFrom(name).selectAll().orderBy(columns).limit(size)
    if (last) {
      const values = sql.join(key.map((column) => last?.[column]))
      select = select.where(sql<boolean>`(${columns}) > (${values})`)
    }
    const rows = await select.execute()
    if (rows.length > 0) yield rows
    if (rows.length < size) return
    last = rows.at(-1)
  }
}

/** Writes rows that were dumped; a column the database counts goes on behind the greatest. */
export async function loadRows(
  tx: Kysely<AnyTables>,
  { name, columns }: TableShape,
  rows: readonly PlainRow[],
): Promise<void> {
  const size = Math.max(1, Math.floor(10_000 / columns.length))
  for (let start = 0; start < rows.length; start += size) {
    const part = rows.slice(start, start + size)
    await tx
      .insertInto(name)
      .values(part.map((row) => ({ ...row })))
      .execute()
  }
}

export async function countOn(
  tx: Kysely<AnyTables>,
  dialect: Metadata['dialect'],
  { name, counted }: TableShape,
): Promise<void> {
  if (dialect !== 'postgres' || counted === undefined) return
  const greatest = sql`coalesce((select max(${sql.ref(counted)}) from ${sql.table(name)}), 0) + 1`
  await sql`select setval(pg_get_serial_sequence(${name}, ${counted}), ${greatest}, false)`.execute(
    tx,
  )
}

async function sqliteShapes(database: Kysely<AnyTables>): Promise<readonly TableShape[]> {
  const { rows } = await sql<{ name: string }>`select name from sqlite_schema
    where type = 'table' and name not like 'sqlite_%' and name <> 'schema_migrations'
    order by name`.execute(database)
  return Promise.all(
    rows.map(async ({ name }) => {
      const columns = await sql<{ name: string; pk: number }>`select name, pk
        from pragma_table_info(${name})`.execute(database)
      const parents = await sql<{ table: string }>`select "table"
        from pragma_foreign_key_list(${name})`.execute(database)
      return {
        name,
        columns: columns.rows.map((column) => column.name),
        key: columns.rows
          .filter((column) => column.pk > 0)
          .toSorted((a, b) => a.pk - b.pk)
          .map((column) => column.name),
        parents: parents.rows.map((parent) => parent.table),
      }
    }),
  )
}

async function postgresShapes(database: Kysely<AnyTables>): Promise<readonly TableShape[]> {
  const { rows: columns } = await sql<{ table: string; name: string; counted: boolean }>`
    select table_name as table, column_name as name,
      coalesce(column_default like 'nextval(%', false) as counted
    from information_schema.columns
    where table_schema = current_schema() and table_name <> 'schema_migrations'
    order by table_name, ordinal_position`.execute(database)
  const { rows: keys } = await sql<{ table: string; name: string }>`
    select k.table_name as table, k.column_name as name
    from information_schema.table_constraints c
    join information_schema.key_column_usage k
      on k.constraint_name = c.constraint_name and k.constraint_schema = c.constraint_schema
    where c.constraint_type = 'PRIMARY KEY' and c.table_schema = current_schema()
    order by k.table_name, k.ordinal_position`.execute(database)
  const { rows: parents } = await sql<{ table: string; parent: string }>`
    select child.relname as table, parent.relname as parent
    from pg_constraint c
    join pg_class child on child.oid = c.conrelid
    join pg_class parent on parent.oid = c.confrelid
    where c.contype = 'f' and c.connamespace = current_schema()::regnamespace`.execute(database)
  return [...Map.groupBy(columns, (column) => column.table)].map(([name, own]) => {
    const counted = own.find((column) => column.counted)?.name
    return {
      name,
      columns: own.map((column) => column.name),
      key: keys.filter((key) => key.table === name).map((key) => key.name),
      parents: parents.filter((each) => each.table === name).map((each) => each.parent),
      ...(counted === undefined ? {} : { counted }),
    }
  })
}
