import type { Table } from '#table'

/** A table's columns as answers carry them. */
export function fieldsOf(table: Table) {
  return table.schema.fields.map(({ name, type, nullable, categories }) => ({
    name,
    type,
    nullable,
    ...(categories === undefined ? {} : { categories: [...categories] }),
  }))
}
