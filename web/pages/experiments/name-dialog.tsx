import { Button, Modal, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Experiment } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { useGo } from '../../design/link.tsx'
import { useAct } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'

interface NameDialogProps {
  /** The one that gets another name; a new one is made without. */
  readonly experiment?: Experiment
  readonly onClose: () => void
}

/** The name of an experiment, and with it its folder. */
export function NameDialog({ experiment, onClose }: NameDialogProps): ReactNode {
  const [name, setName] = useState(experiment?.name ?? '')
  const [note, setNote] = useState('')
  const go = useGo()
  const create = useAct(operations.runs.createExperiment, {
    quiet: true,
    onDone: (made) => go(paths.experiment(made.experiment.name)),
  })
  const change = useAct(operations.runs.renameExperiment, { quiet: true, onDone: onClose })
  const failed = create.error ?? change.error
  const wanted = name.trim()
  const problem = /^\/|\/$|\/\//.test(wanted) ? 'A folder without a name cannot be opened.' : null
  return (
    <Modal
      opened
      onClose={onClose}
      title={experiment === undefined ? 'New experiment' : `Rename ${experiment.name}`}
    >
      <form
        className="stack wide"
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted === '' || problem !== null) return
          if (experiment !== undefined) change.mutate({ experiment: experiment.id, name: wanted })
          else {
            const tags = note.trim() === '' ? {} : { tags: { 'mlflow.note.content': note.trim() } }
            create.mutate({ name: wanted, ...tags })
          }
        }}
      >
        <TextInput
          label="Name"
          data-autofocus
          description="A / puts it into a folder: vision/resnet"
          value={name}
          error={problem}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {experiment === undefined && (
          <TextInput
            label="What it is for"
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        )}
        {failed !== null && <ErrorState error={failed} />}
        <Button
          type="submit"
          loading={create.isPending || change.isPending}
          disabled={wanted === '' || wanted === experiment?.name}
        >
          {experiment === undefined ? 'Make it' : 'Rename'}
        </Button>
      </form>
    </Modal>
  )
}
