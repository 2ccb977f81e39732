import { formatNumber } from '../../design/format.ts'

/** A metric's last value; JSON has no word for one that is not a number. */
export function metricText(value: number | null | undefined): string {
  if (value === undefined) return '—'
  return value === null ? 'NaN' : formatNumber(value, 5)
}
