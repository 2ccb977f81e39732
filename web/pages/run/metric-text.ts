import { formatNumber } from '../../design/format.ts'

/** A metric's last value; JSON has no word for one that is not a number. */
export function metricText(value: number | null | undefined): string {
  if (value === undefined) return '—'
  return value === null ? 'NaN' : formatNumber(value, 5)
}

const systemPrefix = 'system/'

/** What machines measured of themselves, as MLflow's clients name it, is kept apart from what people measured. */
export function isSystemMetric(key: string): boolean {
  return key.startsWith(systemPrefix)
}
