import { parse } from 'yaml'

/** The fields of an MLmodel file, read as plain data; none of one that is no YAML. */
export function fieldsOfMlmodel(text: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = parse(text, { maxAliasCount: 0, logLevel: 'silent' })
    return typeof read === 'object' && read !== null ? { ...read } : {}
  } catch {
    return {}
  }
}
