import { bytesText, type Forecast } from '#pipeline/daily'
import { counted } from './pipeline-command.ts'

/** `This will take about 4 min (3 to 6 min in nine of ten runs) and 3.1 GB (2.8 to 3.5 GB).` */
export function forecastLine({ seconds, memoryBytes, unknown }: Forecast): string {
  const time = `about ${durationText(seconds.median)} (nine of ten runs: ${durationText(seconds.low)} to ${durationText(seconds.high)})`
  const memory = `${bytesText(memoryBytes.median)} (${bytesText(memoryBytes.low)} to ${bytesText(memoryBytes.high)})`
  const more =
    unknown.length === 0
      ? ''
      : ` Not counted, as they never ran here: ${unknown.length > 5 ? counted(unknown.length, 'stage') : unknown.join(', ')}.`
  return `This will take ${time} and ${memory} of memory.${more}`
}

/** `0.4 s`, `12 s`, `4 min`, `1 h 20 min`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${Math.round(seconds * 10) / 10} s`
  if (seconds < 90) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
