import { Autocomplete, Button, Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { plural } from '../../design/format.ts'
import { useAct, useRead } from '../../app/api.tsx'

interface MoveDialogProps {
  readonly runs: readonly string[]
  readonly onDone: () => void
  readonly onClose: () => void
}

/** Where runs go, with all that is theirs: an experiment there is, or one that is made for them. */
export function MoveDialog({ runs, onDone, onClose }: MoveDialogProps): ReactNode {
  const [name, setName] = useState('')
  const { data } = useRead(operations.runs.experiments, {})
  const move = useAct(operations.runs.move, {
    quiet: true,
    done: (moved) => `${plural(moved.runs.length, 'run')} moved to ${moved.experiment.name}`,
    onDone: () => {
      onClose()
      onDone()
    },
  })
  const to = name.trim()
  const names = data?.experiments.map((each) => each.name) ?? []
  const create = data !== undefined && !names.includes(to)
  return (
    <Modal opened onClose={onClose} title={`Move ${plural(runs.length, 'run')}`}>
      <form
        className="stack wide"
        onSubmit={(event) => {
          event.preventDefault()
          if (to !== '') move.mutate({ runs: [...runs], to, ...(create && { create }) })
        }}
      >
        <Autocomplete
          label="To the experiment"
          data-autofocus
          description="Runs nested in them go along, with their files, models and traces."
          data={names}
          limit={50}
          value={name}
          onChange={setName}
        />
        {move.error !== null && <ErrorState error={move.error} />}
        <Button type="submit" loading={move.isPending} disabled={to === ''}>
          {create && to !== '' ? 'Make it and move' : 'Move'}
        </Button>
      </form>
    </Modal>
  )
}
