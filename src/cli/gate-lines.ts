import type { GateReport } from '#contract'
import { green, red } from './output.ts'

export function gateLines(gate: GateReport): string {
  return [
    `Gate of ${gate.model} version ${gate.version}: ${gate.passed ? green('passed') : red('refused')}`,
    ...gate.checks.map((check) => `  ${check.passed ? green('✓') : red('✗')} ${check.summary}`),
  ].join('\n')
}
