import type { Profile } from '#contract'
import { histogram, mean, quantile, standardDeviation } from '#stats'
import { missingCount, numbersOf, textsOf, type Column, type Table } from '#table'

const bins = 20
const topValues = 10

/** Each column in numbers: counts, moments, quartiles and a histogram for numbers; the most frequent values for texts. */
export function profile(table: Table): Profile {
  return { rows: table.length, columns: table.columns.map(columnProfile) }
}

function columnProfile(column: Column): Profile['columns'][number] {
  const missing = missingCount(column)
  const base = {
    name: column.name,
    type: column.type,
    count: column.length - missing,
    missing,
  }
  if (column.type === 'timestamp') {
    const texts = textsOf(column).filter((text) => text !== null)
    const sorted = texts.toSorted()
    return {
      ...base,
      distinct: new Set(texts).size,
      ...(sorted[0] === undefined ? {} : { min: sorted[0], max: sorted.at(-1) ?? null }),
    }
  }
  const numbers = column.type === 'boolean' ? undefined : numbersOf(column)
  return numbers ? { ...base, ...numericPart(numbers) } : { ...base, ...textPart(column) }
}

function numericPart(numbers: Float64Array) {
  const present = numbers.filter((value) => !Number.isNaN(value))
  const distinct = new Set(present).size
  if (present.length === 0) return { distinct, zeros: 0 }
  const sorted = present.toSorted()
  const [min = 0, max = 0] = [sorted[0], sorted.at(-1)]
  return {
    distinct,
    zeros: present.reduce((count, value) => count + (value === 0 ? 1 : 0), 0),
    mean: mean(present) ?? 0,
    deviation: standardDeviation(present) ?? 0,
    min,
    max,
    quartiles: [0.25, 0.5, 0.75].map((p) => quantile(sorted, p) ?? 0),
    histogram: histogram(present, bins),
  }
}

function textPart(column: Column) {
  const counts = new Map<string, number>()
  for (const text of textsOf(column)) {
    if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  const top = [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return {
    distinct: counts.size,
    top: top.slice(0, topValues).map(([value, count]) => ({ value, count })),
  }
}
