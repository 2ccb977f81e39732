import { sql } from 'kysely'
import type { SearchTarget } from './conditions.ts'
import type { Grammar } from './grammar.ts'

const columns: Readonly<Record<string, string>> = {
  status: 'status',
  source_run_id: 'run',
}

export const issueGrammar: Grammar = {
  of: 'issues',
  strict: false,
  attributes: {
    status: { name: 'status', kind: 'text' },
    source_run_id: { name: 'source_run_id', kind: 'text' },
  },
  areas: {},
}

export const issueTarget: SearchTarget = {
  attribute: (key) => sql.ref(`issues.${columns[key] ?? 'id'}`),
  has: () => sql`false`,
  value: () => sql`null`,
}
