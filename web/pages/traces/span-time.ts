import { formatDuration, formatMs } from '../../design/format.ts'

/** A time within a trace: microseconds matter in short ones. */
export function spanTime(ms: number): string {
  if (ms === 0) return '0 ms'
  return ms < 10 ? formatMs(ms) : formatDuration(ms)
}
