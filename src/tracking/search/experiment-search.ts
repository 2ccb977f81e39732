import { sql } from 'kysely'
import type { SearchTarget } from './conditions.ts'
import { entries } from './entries.ts'
import type { Attribute, Grammar } from './grammar.ts'

const attributes: Readonly<Record<string, Attribute>> = {
  name: { name: 'name', kind: 'text' },
  creation_time: { name: 'creation_time', kind: 'number' },
  last_update_time: { name: 'last_update_time', kind: 'number' },
  experiment_id: { name: 'experiment_id', kind: 'text', in: true },
}

const columns: Readonly<Record<string, string>> = {
  name: 'name',
  creation_time: 'created_at',
  last_update_time: 'updated_at',
}

export function experimentGrammar(strict: boolean): Grammar {
  const tags = { name: 'tags', kind: 'text', nulls: true } as const
  return { of: 'experiments', strict, attributes, areas: { tag: tags, tags } }
}

export function experimentTarget(): SearchTarget {
  const tags = entries('experiment_tags', 'experiment', sql.ref('experiments.id'))
  return {
    attribute: (key) => sql.ref(`experiments.${columns[key] ?? 'id'}`),
    has: (_area, key, test) => tags.has(key, test),
    value: (_area, key) => tags.value(key),
  }
}
