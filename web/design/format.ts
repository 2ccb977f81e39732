const locale = 'en'
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
const compactCount = new Intl.NumberFormat(locale, {
  notation: 'compact',
  maximumFractionDigits: 1,
})
const scientific = new Intl.NumberFormat(locale, {
  notation: 'scientific',
  maximumSignificantDigits: 3,
})
const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
const dateTime = new Intl.DateTimeFormat(locale, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const exact = new Intl.DateTimeFormat(locale, {
  dateStyle: 'full',
  timeStyle: 'long',
  hourCycle: 'h23',
})
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
const byDigits = new Map<number, Intl.NumberFormat>()

/** A measured number with so many significant digits; very small and very large ones in powers of ten. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return scientific.format(value)
  if (Number.isInteger(value)) return whole.format(value)
  let format = byDigits.get(digits)
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { maximumSignificantDigits: digits })
    byDigits.set(digits, format)
  }
  return format.format(value)
}

/** A number as the shortest text that is read as the same double. */
export function exactNumber(value: number): string {
  return String(value)
}

export function formatCount(value: number): string {
  return whole.format(value)
}

export function formatCompact(value: number): string {
  return compactCount.format(value)
}

export function formatPercent(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1%'
  return percent.format(share)
}

/** A p-value as papers write it. */
export function formatP(value: number): string {
  return value < 0.001 ? '< 0.001' : value.toFixed(3)
}

export function formatMs(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} µs` : `${formatNumber(value, 3)} ms`
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = bytes
  let unit = 0
  // What would be written as 1000 is one of the next unit.
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${unit === 0 ? size : size.toPrecision(3)} ${units[unit] ?? ''}`
}

export function formatTime(time: number): string {
  return dateTime.format(time)
}

export function formatExactTime(time: number): string {
  return exact.format(time)
}

const steps = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** How long ago, in the largest unit that fits. */
export function formatAgo(time: number, now: number = Date.now()): string {
  const seconds = (time - now) / 1000
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  }
  return Math.abs(seconds) < 5 ? 'just now' : relative.format(Math.trunc(seconds), 'second')
}

export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The first characters of a digest or identifier, enough to tell by eye. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 10)
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** A value of a table's cell. */
export function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '—'
  if (typeof value === 'number') return formatNumber(value, 6)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
