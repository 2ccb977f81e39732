import { Button, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { Icon } from '../../design/icons.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'

interface RollbackProps {
  readonly model: string
  readonly alias: string
  readonly from: number
  readonly to: number
}

/** Points an alias back at the version before, after asking. */
export function Rollback({ model, alias, from, to }: RollbackProps): ReactNode {
  const [open, setOpen] = useState(false)
  const [why, setWhy] = useState('')
  const may = useMay('models:promote')
  const rollback = useAct(operations.models.rollback, {
    done: ({ change }) => `${alias} points at version ${change.to ?? to} again`,
    onDone: () => setOpen(false),
  })
  if (!may) return null
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<Icon name="undo" size={13} />}
        onClick={() => setOpen(true)}
      >
        Roll back
      </Button>
      <Confirm
        open={open}
        title={`Roll ${alias} back?`}
        verb={`Back to version ${to}`}
        danger
        busy={rollback.isPending}
        onClose={() => setOpen(false)}
        onConfirm={() => rollback.mutate({ name: model, alias, ...(why && { why }) })}
      >
        <p>
          {alias} of {model} points at version {from} now. Endpoints that follow it answer with
          version {to} from the next request on.
        </p>
        <TextInput
          label="Why"
          description="For the history."
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
      </Confirm>
    </>
  )
}
