import type { ReactNode } from 'react'
import type { GateReport } from '#contract'
import { StatusPill } from '../../design/status-pill.tsx'

export function GatePill({ gate }: { gate: GateReport | undefined }): ReactNode {
  if (gate === undefined) return <StatusPill health="none" word="not checked" />
  const failed = gate.checks.filter((check) => !check.passed).length
  return gate.passed ? (
    <StatusPill health="good" word="passed" />
  ) : (
    <StatusPill health="bad" word={`${failed} of ${gate.checks.length} failed`} />
  )
}
