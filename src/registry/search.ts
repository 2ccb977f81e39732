import { sql, type RawBuilder } from 'kysely'
import { entries, type Attribute, type Grammar, type SearchTarget } from '#tracking'

const tags = { name: 'tags', kind: 'text' } as const
const name: Attribute = { name: 'name', kind: 'text', in: true }
const updated: Attribute = { name: 'last_updated_timestamp', kind: 'number' }

/** Marks the models that are prompts; what has no such tag is none, as if it said so. */
const promptTag = 'mlflow.prompt.is_prompt'
const orFalse = (value: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`coalesce(${value}, 'false')`

export const modelGrammar: Grammar = {
  of: 'models',
  strict: true,
  attributes: {
    name,
    timestamp: updated,
    last_updated_timestamp: updated,
  },
  areas: { tag: tags, tags },
}

export const modelTarget: SearchTarget = (() => {
  const ofTags = entries('model_tags', 'model', sql.ref('models.name'))
  return {
    attribute: (key) => sql.ref(key === 'name' ? 'models.name' : 'models.updated_at'),
    has: (_area, key, test) =>
      key === promptTag && test ? test(orFalse(ofTags.value(key))) : ofTags.has(key, test),
    value: (_area, key) => ofTags.value(key),
  }
})()

const versionColumns: Readonly<Record<string, string>> = {
  name: 'model',
  version_number: 'version',
  run_id: 'run',
  source_path: 'uri',
  creation_timestamp: 'created_at',
  last_updated_timestamp: 'updated_at',
}

export const versionGrammar: Grammar = {
  of: 'model versions',
  strict: true,
  attributes: {
    name,
    version_number: { name: 'version_number', kind: 'number' },
    run_id: { name: 'run_id', kind: 'text', in: true },
    source_path: { name: 'source_path', kind: 'text' },
    creation_timestamp: { name: 'creation_timestamp', kind: 'number' },
    last_updated_timestamp: updated,
  },
  areas: { tag: tags, tags },
}

export const versionTarget: SearchTarget = {
  attribute: (key) => sql.ref(`model_versions.${versionColumns[key] ?? 'model'}`),
  has: (_area, key, test) => {
    if (key === promptTag && test) return test(orFalse(sql`(select t.value ${versionTag(key)})`))
    return hasVersionTag(key, test)
  },
  value: (_area, key) => sql`(select t.value ${versionTag(key)})`,
}

function hasVersionTag(key: string, test: Parameters<SearchTarget['has']>[2]) {
  return sql<boolean>`exists (select 1 ${versionTag(key)}${test ? sql` and ${test(sql.ref('t.value'))}` : sql``})`
}

function versionTag(key: string) {
  return sql`from model_version_tags t where t.model = model_versions.model
    and t.version = model_versions.version and t.key = ${key}`
}
