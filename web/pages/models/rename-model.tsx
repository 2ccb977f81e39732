import { Button, Modal, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { useGo } from '../../design/link.tsx'
import { useAct } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'

export function RenameModel({ name, onClose }: { name: string; onClose: () => void }): ReactNode {
  const [to, setTo] = useState(name)
  const go = useGo()
  const rename = useAct(operations.models.rename, {
    quiet: true,
    done: ({ model }) => `It is called ${model.name} now`,
    onDone: ({ model }) => {
      onClose()
      go(paths.model(model.name))
    },
  })
  const wanted = to.trim()
  return (
    <Modal opened onClose={onClose} title={`Rename ${name}`}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          rename.mutate({ name, to: wanted })
        }}
      >
        <TextInput
          label="Name"
          description="Who asks for the model by its name now has to ask by the new one."
          required
          data-autofocus
          maxLength={250}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        {rename.isError && <ErrorState error={rename.error} />}
        <div className="line">
          <Button
            type="submit"
            loading={rename.isPending}
            disabled={wanted === '' || wanted === name}
          >
            Rename
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Modal>
  )
}
