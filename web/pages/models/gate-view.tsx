import type { ReactNode } from 'react'
import type { GateReport } from '#contract'
import { formatCell, formatNumber } from '../../design/format.ts'
import { KeyValue } from '../../design/key-value.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { describeRequirement } from './describe-requirement.ts'

/** Every requirement with what was seen, the failed first; the evidence opens below it. */
export function GateView({ gate }: { gate: GateReport }): ReactNode {
  const ordered = [...gate.checks].sort((a, b) => Number(a.passed) - Number(b.passed))
  return (
    <div className="stack">
      <p className="muted small">
        Checked <When time={gate.checkedAt} /> by {gate.checkedBy}.
      </p>
      <ul className="rule-list bordered">
        {ordered.map((check) => (
          <li key={describeRequirement(check.requirement)}>
            <StatusPill
              health={check.passed ? 'good' : 'bad'}
              word={check.passed ? 'passed' : 'failed'}
            />
            <div className="grow stack tight">
              <strong>{describeRequirement(check.requirement)}</strong>
              <span className="small">{check.summary}</span>
              {check.evidence !== undefined && Object.keys(check.evidence).length > 0 && (
                <details className="small">
                  <summary>Evidence</summary>
                  <KeyValue
                    facts={Object.entries(check.evidence).map(([name, value]) => [
                      name,
                      formatCell(value),
                    ])}
                  />
                </details>
              )}
            </div>
            {check.observed !== undefined && (
              <span className="observed">{formatNumber(check.observed)}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
