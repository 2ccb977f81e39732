import { Button, Modal, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Run } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { useAct } from '../../app/api.tsx'

/** Where MLflow's clients, and the server, keep a run's name. */
const nameTag = 'mlflow.runName'

export function RenameRun({ run, onClose }: { run: Run; onClose: () => void }): ReactNode {
  const [name, setName] = useState(run.name)
  const rename = useAct(operations.runs.log, {
    quiet: true,
    done: `It is called ${name.trim()} now`,
    onDone: onClose,
  })
  return (
    <Modal opened onClose={onClose} title="Rename the run">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          rename.mutate({ run: run.id, tags: { [nameTag]: name.trim() } })
        }}
      >
        <TextInput
          label="Name"
          required
          data-autofocus
          maxLength={250}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {rename.isError && <ErrorState error={rename.error} />}
        <div className="line">
          <Button type="submit" loading={rename.isPending} disabled={name.trim() === ''}>
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
