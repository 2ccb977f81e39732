/**
 * What a plain scalar means in YAML 1.2 as DVC's reader takes it: wider than the core schema (underscores in numbers, binary
 * integers, dates). The same rules decide when the writer must quote.
 */
export type ScalarKind = 'null' | 'bool' | 'int' | 'float' | 'timestamp' | 'merge' | 'value' | 'str'

const bool = /^(?:true|True|TRUE|false|False|FALSE)$/
const float =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const int = /^(?:[-+]?0b[0-1_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+)$/
const timestamp =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/

export function scalarKind(text: string): ScalarKind {
  const first = text.charCodeAt(0)
  if (Number.isNaN(first)) return 'null'
  // `-`, `+`, `.` or a digit begins every number; nothing else does
  if (first === 45 || first === 43 || first === 46 || (first >= 48 && first <= 57)) {
    if (float.test(text)) return 'float'
    if (int.test(text)) return 'int'
    return timestamp.test(text) ? 'timestamp' : 'str'
  }
  if (text === '~' || text === 'null' || text === 'Null' || text === 'NULL') return 'null'
  if (text === '<<') return 'merge'
  if (text === '=') return 'value'
  return bool.test(text) ? 'bool' : 'str'
}

/** The int that such a scalar means; `undefined` for signs and underscores without a digit. */
export function intOf(text: string): bigint | undefined {
  const negative = text.startsWith('-')
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '')
  if (!/[0-9a-fA-F]/.test(digits)) return undefined
  const magnitude = BigInt(/^0[box]/.test(digits) ? digits : digits.replace(/^0+(?=\d)/, ''))
  return negative ? -magnitude : magnitude
}

export function floatOf(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase()
  if (plain.endsWith('.inf')) return plain.startsWith('-') ? -Infinity : Infinity
  return plain === '.nan' ? NaN : Number(plain)
}
