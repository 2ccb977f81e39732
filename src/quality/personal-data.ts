import { textsOf, type Table } from '#table'

export interface PersonalDataFinding {
  readonly column: string
  readonly kind: 'email' | 'phone' | 'card' | 'ip' | 'name of the column'
  /** Share of the present values that look so. */
  readonly share: number
}

const patterns = {
  email: /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i,
  phone: /^\+?[\d\s().-]{7,20}$/,
  card: /^\d(?:[ -]?\d){12,18}$/,
  ip: /^(?:\d{1,3}\.){3}\d{1,3}$/,
} as const

const telling =
  /\b(e-?mail|phone|mobile|ssn|social.?security|passport|first.?name|last.?name|surname|street|address|birth)/i

/** Columns that look as if they held data of persons, by their values (at least one in ten) and by their names. */
export function findPersonalData(table: Table): readonly PersonalDataFinding[] {
  return table.columns.flatMap((column) => {
    const found: PersonalDataFinding[] = []
    if (telling.test(column.name.replaceAll('_', ' '))) {
      found.push({ column: column.name, kind: 'name of the column', share: 1 })
    }
    if (column.type !== 'string' && column.type !== 'category') return found
    const texts = textsOf(column).filter((text) => text !== null)
    for (const [kind, pattern] of Object.entries(patterns)) {
      const hits = texts.filter((text) => looks(kind, pattern, text)).length
      const share = texts.length === 0 ? 0 : hits / texts.length
      if (share >= 0.1) {
        found.push({ column: column.name, kind: kind as keyof typeof patterns, share })
      }
    }
    return found
  })
}

function looks(kind: string, pattern: RegExp, text: string): boolean {
  if (!pattern.test(text)) return false
  const digits = text.replace(/\D/g, '')
  if (kind === 'card') return luhn(digits)
  return kind !== 'phone' || (digits.length >= 7 && !patterns.ip.test(text) && /[+() -]/.test(text))
}

/** The check digit of payment cards (ISO/IEC 7812-1). */
function luhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = digit * 2
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
