import type { Measured } from './shapes/run-table.ts'
import type { Run } from './shapes/run.ts'

/** A number as JSON can carry it: NaN and the infinities are text. */
export function measured(value: number): number | 'NaN' | 'Infinity' | '-Infinity' {
  return Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity')
}

/** The number that was written so; none where there is none. */
export function measuredNumber(value: Measured | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}

/** A run as `runs.get` tells it, with the metrics that JSON has no number for. */
export function readRun({ run, special }: Read): Run {
  if (special === undefined) return run
  const numbers = Object.entries(special).map(([key, text]) => [key, Number(text)])
  return { ...run, metrics: { ...run.metrics, ...Object.fromEntries(numbers) } }
}

interface Read {
  readonly run: Run
  readonly special?: Readonly<Record<string, string>>
}
