import type { Migration } from '#store'
import { fillSpanFacts } from './trace-metrics/fill-span-facts.ts'

/** What traces are measured by. */
export const traceMigrations: readonly Migration[] = [
  {
    room: 'tracking-traces',
    number: 1,
    name: 'how long spans took, by which model and at what cost',
    statements: [
      'duration bigint',
      'model text',
      'provider text',
      'input_cost double precision',
      'output_cost double precision',
      'total_cost double precision',
    ].map((column) => `alter table trace_spans add column ${column}`),
    fill: fillSpanFacts,
    formerly: ['27f20f5a75a990d731bb263f20eda606682ec69aed1f7564ffb8fbfd38c8eefe'],
  },
]
