import { Button, Checkbox } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Policy } from '#contract'
import { Card } from '../../design/card.tsx'
import { Confirm } from '../../design/confirm.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'
import { DecisionList } from './decision-list.tsx'
import './policies.css'

export function PoliciesPage(): ReactNode {
  const read = useRead(operations.loop.policies, {})
  return (
    <Page
      title="Policies"
      intro="Each decides whether a model is retrained, says why, and keeps what came of it."
    >
      <Read of={read} lines={8}>
        {({ policies }) =>
          policies.length === 0 ? (
            <EmptyState icon="policy" title="Nobody decides here yet" command="tidemill apply">
              Declare a policy in tidemill.yaml: on which alarm, after how many new rows or when a
              model is trained again. Then apply.
            </EmptyState>
          ) : (
            policies.map((policy) => <PolicyCard key={policy.name} policy={policy} />)
          )
        }
      </Read>
    </Page>
  )
}

function PolicyCard({ policy }: { policy: Policy }): ReactNode {
  const decisions = useRead(operations.loop.decisions, { name: policy.name })
  return (
    <Card title={policy.name} aside={<AskNow policy={policy} />}>
      <div className="stack">
        <p className="muted">
          Retrains <Link href={paths.model(policy.model)}>{policy.model}</Link> on{' '}
          {policy.on.map((trigger) => (
            <span key={trigger} className="tag">
              {trigger}
            </span>
          ))}
        </p>
        <Read of={decisions} lines={3}>
          {({ decisions }) =>
            decisions.length === 0 ? (
              <p className="muted small">It has not been asked yet.</p>
            ) : (
              <DecisionList decisions={decisions} />
            )
          }
        </Read>
      </div>
    </Card>
  )
}

function AskNow({ policy }: { policy: Policy }): ReactNode {
  const [asking, setAsking] = useState(false)
  const [force, setForce] = useState(false)
  const may = useMay('loop:manage')
  const decide = useAct(operations.loop.decide, {
    done: ({ decision }) =>
      decision.due ? 'Retraining is due and begins' : 'Retraining is not due',
    onDone: () => setAsking(false),
  })
  if (!may) return null
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        Ask now
      </Button>
      <Confirm
        open={asking}
        title={`Ask ${policy.name} now?`}
        verb={force ? 'Retrain' : 'Ask'}
        busy={decide.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => decide.mutate({ name: policy.name, ...(force && { force }) })}
      >
        <p>When retraining is due, the pipeline runs and the gate decides about what it makes.</p>
        <Checkbox
          label="Retrain whatever the triggers say"
          checked={force}
          onChange={(event) => setForce(event.currentTarget.checked)}
        />
      </Confirm>
    </>
  )
}
