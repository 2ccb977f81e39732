import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Model, type ModelVersion, type Requirement } from '#contract'
import { Card } from '../../design/card.tsx'
import { Confirm } from '../../design/confirm.tsx'
import { Icon } from '../../design/icons.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { describeRequirement } from './describe-requirement.ts'
import { RequirementDialog } from './requirement-dialog.tsx'

interface RequirementsCardProps {
  readonly model: Model
  readonly fromFile: readonly Requirement[]
  readonly versions: readonly ModelVersion[]
}

/** What a version must show: what tidemill.yaml declares, which it alone decides on, and what people ask besides. */
export function RequirementsCard({ model, fromFile, versions }: RequirementsCardProps): ReactNode {
  const { name, requirements } = model
  const [asking, setAsking] = useState(false)
  const mayAsk = useMay('models:promote')
  const declared = new Set(fromFile.map((each) => JSON.stringify(each)))
  const metrics = [...new Set(versions.flatMap((each) => Object.keys(each.metrics)))]
  return (
    <Card
      title="What the gate asks"
      aside={
        mayAsk && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<Icon name="plus" size={13} />}
            onClick={() => setAsking(true)}
          >
            Ask more
          </Button>
        )
      }
    >
      <div className="stack">
        {requirements.length === 0 ? (
          <p className="muted small">
            Nothing yet. Ask something here, or declare it in tidemill.yaml under models.
          </p>
        ) : (
          <ol className="rule-list bordered">
            {requirements.map((each) => {
              const key = JSON.stringify(each)
              return (
                <li key={key}>
                  <span className="grow small">{describeRequirement(each)}</span>
                  {declared.has(key) ? (
                    <span className="tag">tidemill.yaml</span>
                  ) : (
                    <>
                      {mayAsk && <Change model={model} one={each} metrics={metrics} />}
                      <Remove model={model} one={each} />
                    </>
                  )}
                </li>
              )
            })}
          </ol>
        )}
        {fromFile.length > 0 && (
          <p className="muted small">
            What tidemill.yaml declares is changed there, and by <code>tidemill apply</code>.
          </p>
        )}
      </div>
      {asking && (
        <RequirementDialog
          title={`Ask more of ${name}`}
          metrics={metrics}
          model={model}
          next={(one) => [...requirements, one]}
          onClose={() => setAsking(false)}
        />
      )}
    </Card>
  )
}

interface ChangeProps {
  readonly model: Model
  readonly one: Requirement
  readonly metrics: readonly string[]
}

function Change({ model, one, metrics }: ChangeProps): ReactNode {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Change: ${describeRequirement(one)}`}
        onClick={() => setOpen(true)}
      >
        Change
      </Button>
      {open && (
        <RequirementDialog
          title="Change what is asked"
          metrics={metrics}
          model={model}
          one={one}
          next={(other) => model.requirements.map((each) => (each === one ? other : each))}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}

/** To ask less is for those who say what taking an alias asks. */
function Remove({ model, one }: { model: Model; one: Requirement }): ReactNode {
  const [open, setOpen] = useState(false)
  const may = useMay('models:guard')
  const remove = useAct(operations.models.requirements, {
    done: 'It is asked no longer',
    onDone: () => setOpen(false),
  })
  if (!may) return null
  const words = describeRequirement(one)
  const { name, requirements: before } = model
  return (
    <>
      <Button
        size="compact-xs"
        variant="subtle"
        aria-label={`Ask no longer: ${words}`}
        onClick={() => setOpen(true)}
      >
        Remove
      </Button>
      <Confirm
        open={open}
        title="Ask it no longer?"
        verb="Remove"
        danger
        busy={remove.isPending}
        onClose={() => setOpen(false)}
        onConfirm={() =>
          remove.mutate({ name, before, requirements: before.filter((each) => each !== one) })
        }
      >
        <p>Versions take the aliases that the gate guards from then on, also where not: {words}.</p>
      </Confirm>
    </>
  )
}
