import { Button, Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type CardEdit, type ModelVersion } from '#contract'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { changedLines } from './changed-lines.ts'
import { LineDiff } from '../../design/line-diff.tsx'

/** Who wrote what in a card, newest first. */
export function CardHistory({ version }: { version: ModelVersion }): ReactNode {
  const [open, setOpen] = useState(false)
  const { model: name, version: number } = version
  const read = useRead(operations.models.cardEdits, { name, version: number }, { enabled: open })
  return (
    <>
      <Button size="xs" variant="subtle" onClick={() => setOpen(true)}>
        History
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={`Edits of the card of version ${number}`}
        size="lg"
      >
        <Read of={read} lines={6}>
          {({ edits }) =>
            edits.length === 0 ? (
              <p className="muted">It is as it was made when the version was registered.</p>
            ) : (
              <ol className="timeline">
                {edits.map((edit) => (
                  <li key={`${edit.at} ${edit.who}`}>
                    <Edit edit={edit} />
                  </li>
                ))}
              </ol>
            )
          }
        </Read>
      </Modal>
    </>
  )
}

function Edit({ edit }: { edit: CardEdit }): ReactNode {
  return (
    <div className="stack tight">
      <span className="small">
        <strong>{edit.who}</strong>{' '}
        <span className="muted">
          <When time={edit.at} />
        </span>
      </span>
      <LineDiff label={`What ${edit.who} changed`} lines={changedLines(edit.before, edit.after)} />
    </div>
  )
}
