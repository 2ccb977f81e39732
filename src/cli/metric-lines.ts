import { plainLeaves, type Plain } from '#pipeline'
import { dim, shortNumber } from './output.ts'

/** `  metrics.json  loss 0.1423  acc 0.9288`: a line for each file. */
export function metricLines(metrics: Readonly<Record<string, Plain>>): readonly string[] {
  const width = Math.max(0, ...Object.keys(metrics).map((file) => file.length))
  return Object.entries(metrics).map(([file, values]) =>
    dim(`  ${[file.padEnd(width), ...plainLeaves(values).map(named)].join('  ')}`),
  )
}

function named([name, value]: readonly [string, Plain]): string {
  const text = typeof value === 'number' ? shortNumber(value) : JSON.stringify(value)
  return name === '' ? text : `${name} ${text}`
}
