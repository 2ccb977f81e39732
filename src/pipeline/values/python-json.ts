import { compareText, floatText } from './python-text.ts'
import { isList, isMap, type Value } from './value.ts'

/** Python's `json.dumps(value, sort_keys=True)`, whose bytes are the addresses of folders and runs. */
export function pythonJson(value: Value): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean' || typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return jsonText(value)
  if (typeof value === 'number') return jsonNumber(value)
  if (isMap(value)) {
    const keys = [...value.keys()].sort(compareText)
    return `{${keys.map((key) => `${jsonText(key)}: ${pythonJson(value.get(key) ?? null)}`).join(', ')}}`
  }
  return isList(value) ? `[${value.map(pythonJson).join(', ')}]` : 'null'
}

/** A float as Python's `json` writes it. */
export function jsonNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  return floatText(value)
}

const plain = /^[ !#-[\]-~]*$/

/** A JSON string in ASCII alone. */
export function jsonText(text: string): string {
  if (plain.test(text)) return `"${text}"`
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
