import { bytesText, type Forecast } from '#pipeline/daily'
import { counted } from './pipeline-command.ts'

/** `This will take about 4 min (nine of ten runs: 3 min to 6 min) and 3.1 GB (2.8 GB to 3.5 GB) of memory.` */
export function forecastLine({ seconds, memoryBytes, unknown }: Forecast): string {
  const time = `about ${durationText(seconds.median)} (nine of ten runs: ${durationText(seconds.low)} to ${durationText(seconds.high)})`
  // of stages that end at once nobody saw how much they took
  const memory =
    memoryBytes.high === 0
      ? ''
      : ` and ${bytesText(memoryBytes.median)} (${bytesText(memoryBytes.low)} to ${bytesText(memoryBytes.high)}) of memory`
  if (unknown.length === 0) return `This will take ${time}${memory}.`
  const names = unknown.length > 5 ? counted(unknown.length, 'stage') : unknown.join(', ')
  return `How long ${names} will take is not known, as ${unknown.length === 1 ? 'it' : 'they'} never ran here; the rest will take ${time}${memory}.`
}

/** `0.4 s`, `12 s`, `4 min`, `1 h 20 min`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${Math.round(seconds * 10) / 10} s`
  if (seconds < 90) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
