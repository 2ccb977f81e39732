import type { Migration } from '#store'

const columns = [
  'duration bigint',
  'model text',
  'provider text',
  'input_cost double precision',
  'output_cost double precision',
  'total_cost double precision',
].map((column) => `alter table trace_spans add column ${column}`)

const ends = ['end', 'start'] as const

/** The text of an attribute of a span that is stored already. */
const sqliteAttribute = (key: string): string =>
  `(select json_extract(x.value, '$.value.stringValue')
    from json_each(trace_spans.span, '$.attributes') x
    where json_extract(x.value, '$.key') = '${key}')`
const postgresAttribute = (key: string): string =>
  `(select x->'value'->>'stringValue'
    from json_array_elements(coalesce((span::json)->'attributes', '[]'::json)) x
    where x->>'key' = '${key}' limit 1)`

const costs = ['input_cost', 'output_cost', 'total_cost'] as const

/** One of the costs, which clients write as a list of keys and numbers. */
const sqliteCost = (name: string): string =>
  `(select coalesce(json_extract(y.value, '$.value.doubleValue'),
      cast(json_extract(y.value, '$.value.intValue') as real))
    from json_each(trace_spans.span, '$.attributes') x,
      json_each(x.value, '$.value.kvlistValue.values') y
    where json_extract(x.value, '$.key') = 'mlflow.llm.cost'
      and json_extract(y.value, '$.key') = '${name}')`
const postgresCost = (name: string): string =>
  `(select coalesce(y->'value'->>'doubleValue', y->'value'->>'intValue')::double precision
    from json_array_elements(coalesce((span::json)->'attributes', '[]'::json)) x,
      json_array_elements(coalesce(x->'value'->'kvlistValue'->'values', '[]'::json)) y
    where x->>'key' = 'mlflow.llm.cost' and y->>'key' = '${name}' limit 1)`

/** What traces are measured by. */
export const traceMigrations: readonly Migration[] = [
  {
    room: 'tracking-traces',
    number: 1,
    name: 'how long spans took, by which model and at what cost',
    statements: {
      sqlite: [
        ...columns,
        `update trace_spans set
          duration = (${ends.map((end) => `cast(json_extract(span, '$.${end}TimeUnixNano') as integer)`).join(' - ')}) / 1000000,
          model = trim(${sqliteAttribute('mlflow.llm.model')}, '"'),
          provider = trim(${sqliteAttribute('mlflow.llm.provider')}, '"')`,
        `update trace_spans set ${costs
          .map((name) => `${name} = ${sqliteCost(name)}`)
          .join(', ')} where instr(span, 'mlflow.llm.cost') > 0`,
      ],
      postgres: [
        ...columns,
        `update trace_spans set
          duration = div(${ends.map((end) => `((span::json)->>'${end}TimeUnixNano')::numeric`).join(' - ')}, 1000000),
          model = trim(both '"' from ${postgresAttribute('mlflow.llm.model')}),
          provider = trim(both '"' from ${postgresAttribute('mlflow.llm.provider')})`,
        `update trace_spans set ${costs
          .map((name) => `${name} = ${postgresCost(name)}`)
          .join(', ')} where span like '%mlflow.llm.cost%'`,
      ],
    },
  },
]
