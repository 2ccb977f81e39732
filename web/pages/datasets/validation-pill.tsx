import type { ReactNode } from 'react'
import type { ValidationReport } from '#contract'
import { StatusPill } from '../../design/status-pill.tsx'
import { plural } from '../../design/format.ts'

/** Whether a version holds its rules; warnings do not fail it. */
export function ValidationPill({ report }: { report: ValidationReport | undefined }): ReactNode {
  if (report === undefined || report.results.length === 0) {
    return <StatusPill health="none" word="no rules" />
  }
  const failed = report.results.filter((each) => !each.passed).length
  if (failed === 0) return <StatusPill health="good" word="all hold" />
  return (
    <StatusPill
      health={report.passed ? 'attention' : 'bad'}
      word={plural(failed, report.passed ? 'warning' : 'failure')}
    />
  )
}
