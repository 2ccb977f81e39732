import { Button, Modal, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { plural } from '../../design/format.ts'
import { useAct } from '../../app/api.tsx'

interface FolderDialogProps {
  readonly folder: string
  readonly onClose: () => void
}

/** Another path for a folder, and with it for all experiments in it. */
export function FolderDialog({ folder, onClose }: FolderDialogProps): ReactNode {
  const [path, setPath] = useState(folder)
  const move = useAct(operations.runs.moveFolder, {
    quiet: true,
    done: ({ experiments }) => `${plural(experiments.length, 'experiment')} moved`,
    onDone: onClose,
  })
  const wanted = path.trim().replace(/\/$/, '')
  const problem = /^\/|\/\//.test(wanted) ? 'A folder without a name cannot be opened.' : null
  return (
    <Modal opened onClose={onClose} title={`Rename or move ${folder}/`}>
      <form
        className="stack wide"
        onSubmit={(event) => {
          event.preventDefault()
          if (problem === null) move.mutate({ folder, to: wanted })
        }}
      >
        <TextInput
          label="Folder"
          data-autofocus
          description="A / puts it into another folder, as in team/vision; an empty path puts its experiments at the top."
          value={path}
          error={problem}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        {move.error !== null && <ErrorState error={move.error} />}
        <Button type="submit" loading={move.isPending} disabled={wanted === folder}>
          Move
        </Button>
      </form>
    </Modal>
  )
}
