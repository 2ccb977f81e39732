import { sql, type QueryExecutorProvider } from 'kysely'
import { spanFacts } from './span-facts.ts'

interface Stored {
  trace: string
  id: string
  span: string
}

/** A span may hold a whole conversation. */
const pageSpans = 500

/**
 * Measures spans that were stored before spans were measured. By the code that measures new ones: what was stored was hardly looked at,
 * and the JSON of a database ends with an error where that finds nothing.
 */
export async function fillSpanFacts(tx: QueryExecutorProvider): Promise<void> {
  let after: readonly [string, string] = ['', '']
  for (;;) {
    const { rows: page } = await sql<Stored>`select trace, id, span from trace_spans
      where (trace, id) > (${after[0]}, ${after[1]}) order by trace, id limit ${pageSpans}`.execute(
      tx,
    )
    const last = page.at(-1)
    if (!last) return
    after = [last.trace, last.id]
    const measured = page
      .map(({ trace, id, span }) => [trace, id, ...spanFacts(bodyOf(span))])
      .filter((each) => each.slice(2).some((value) => value !== null))
    if (measured.length === 0) continue
    const values = measured.map((each) => sql`(${sql.join(each)})`)
    await sql`update trace_spans set
        duration = cast(v.column3 as bigint),
        model = cast(v.column4 as text),
        provider = cast(v.column5 as text),
        input_cost = cast(v.column6 as double precision),
        output_cost = cast(v.column7 as double precision),
        total_cost = cast(v.column8 as double precision)
      from (values ${sql.join(values)}) v
      where trace = v.column1 and id = v.column2`.execute(tx)
  }
}

function bodyOf(span: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(span)
    return typeof body === 'object' && body !== null ? { ...body } : {}
  } catch {
    return {}
  }
}
