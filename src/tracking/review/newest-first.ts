import { sql, type RawBuilder } from 'kysely'
import { questionOf, readCursor, writeCursor } from '../pages.ts'
import type { Page } from '../search/search-rows.ts'

export interface PageAsked {
  readonly cursor?: string
  readonly limit: number
}

/** Rows made later come first, those of one millisecond by their identifier. A page begins after a row, which new ones do not move. */
export interface NewestFirst<Row> {
  /** Whether a row stands after where the last page ended. */
  readonly after: RawBuilder<boolean>
  /** The page of these rows, which are one more than it holds where there are more. */
  page(rows: readonly Row[]): Page<Row>
}

export function newestFirst<Row extends { readonly created_at: number }>(
  { cursor, limit }: PageAsked,
  id: Extract<keyof Row, string>,
  asked: readonly unknown[],
): NewestFirst<Row> {
  const question = questionOf(asked)
  const key = cursor === undefined ? undefined : readCursor(cursor, question).key
  const [time, last] = key ?? []
  const [made, own] = [sql.ref('created_at'), sql.ref(id)]
  return {
    after: key
      ? sql<boolean>`(${made} < ${time} or (${made} = ${time} and ${own} > ${last}))`
      : sql<boolean>`true`,
    page(rows) {
      const items = rows.slice(0, limit)
      const end = items.at(-1)
      if (!end || rows.length <= limit) return { items }
      const place = [end.created_at, String(end[id])] as const
      return { items, next: writeCursor({ offset: 0, question, key: place }) }
    },
  }
}
