import type { ReactNode } from 'react'
import type { Decision, Health } from '#contract'
import { Icon } from '../../design/icons.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { JobProgress } from '../jobs/job-progress.tsx'
import { VersionLink } from '../models/version-link.tsx'

const decisionHealth: Readonly<Record<Decision['state'], Health>> = {
  not_due: 'none',
  waiting: 'busy',
  running: 'busy',
  promoted: 'good',
  refused: 'attention',
  unchanged: 'good',
  failed: 'bad',
}

const decisionWords: Readonly<Record<Decision['state'], string>> = {
  not_due: 'not due',
  waiting: 'waiting',
  running: 'retraining',
  promoted: 'promoted',
  refused: 'refused by the gate',
  unchanged: 'champion kept',
  failed: 'failed',
}

/** What was decided, on what grounds, and what came of it. */
export function DecisionList({ decisions }: { decisions: readonly Decision[] }): ReactNode {
  return (
    <ol className="decisions">
      {decisions.map((decision) => (
        <li key={decision.id}>
          <div className="line">
            <StatusPill
              health={decisionHealth[decision.state]}
              word={decisionWords[decision.state]}
            />
            <span className="muted small">
              <When time={decision.time} />
            </span>
            <Versions decision={decision} />
          </div>
          <ul className="plain-list">
            {decision.reasons.map((reason) => (
              <li key={`${reason.trigger} ${reason.summary}`} className="line small">
                <Icon name={reason.due ? 'attention' : 'none'} size={13} />
                <strong>{reason.trigger}</strong> {reason.summary}
              </li>
            ))}
          </ul>
          {decision.outcome !== undefined && <p>{decision.outcome}</p>}
          {decision.state === 'running' && decision.job !== undefined && (
            <JobProgress id={decision.job} />
          )}
        </li>
      ))}
    </ol>
  )
}

function Versions({ decision }: { decision: Decision }): ReactNode {
  const { model, champion, challenger } = decision
  if (challenger === undefined) return null
  return (
    <span className="small">
      challenger <VersionLink model={model} version={challenger} />
      {champion !== undefined && (
        <>
          {' against '}
          <VersionLink model={model} version={champion} />
        </>
      )}
    </span>
  )
}
