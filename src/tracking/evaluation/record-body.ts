type Json = Readonly<Record<string, unknown>>

/** A record as its writer gave it. */
export interface EvaluationRecordBody {
  readonly inputs: Json
  readonly outputs?: unknown
  readonly expectations?: Json
  readonly tags?: Json
  readonly source?: Json
}

/** The same text for the same value, whatever the order of its keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}

/** What is expected and tagged is added to what was; outputs and source are replaced. */
export function mergedRecord(
  before: EvaluationRecordBody,
  given: EvaluationRecordBody,
): EvaluationRecordBody {
  const { expectations, tags } = given
  return {
    ...before,
    ...given,
    // The same inputs, in whichever order they came first.
    inputs: before.inputs,
    ...(expectations ? { expectations: { ...before.expectations, ...expectations } } : {}),
    ...(tags ? { tags: { ...before.tags, ...tags } } : {}),
  }
}

/** The names that records have, each with its type, added to those known before. */
export function schemaOf(before: string, records: readonly EvaluationRecordBody[]): string {
  const known = (before === '' ? {} : JSON.parse(before)) as Record<string, Record<string, string>>
  for (const area of ['inputs', 'outputs', 'expectations'] as const) {
    const types = { ...known[area] }
    for (const record of records) {
      const given = record[area]
      if (typeof given !== 'object' || given === null) continue
      for (const [name, value] of Object.entries(given)) types[name] = typeOf(value)
    }
    known[area] = types
  }
  return JSON.stringify(known)
}

function typeOf(value: unknown): string {
  if (value === null) return 'unknown'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float'
  return typeof value
}
