import { ActionIcon, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { Icon } from '../../design/icons.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'

interface UnaliasProps {
  readonly model: string
  readonly alias: string
  readonly version: number
}

/** Takes an alias away, after asking. */
export function Unalias({ model, alias, version }: UnaliasProps): ReactNode {
  const [open, setOpen] = useState(false)
  const [why, setWhy] = useState('')
  const may = useMay('models:promote')
  const unalias = useAct(operations.models.unalias, {
    quiet: true,
    done: `${alias} names nothing any more`,
    onDone: () => setOpen(false),
  })
  if (!may) return null
  return (
    <>
      <ActionIcon
        size="sm"
        variant="subtle"
        aria-label={`Take ${alias} away`}
        onClick={() => setOpen(true)}
      >
        <Icon name="trash" size={14} />
      </ActionIcon>
      <Confirm
        open={open}
        title={`Take ${alias} away?`}
        verb="Take it away"
        danger
        busy={unalias.isPending}
        onClose={() => setOpen(false)}
        onConfirm={() => unalias.mutate({ name: model, alias, ...(why && { why }) })}
      >
        <p>
          {alias} of {model} names version {version} now. Without it, who loads the model by that
          name gets an error.
        </p>
        <TextInput
          label="Why"
          description="For the history."
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
        {unalias.isError && <ErrorState error={unalias.error} />}
      </Confirm>
    </>
  )
}
