import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'

interface ConfirmProps {
  readonly open: boolean
  readonly title: string
  readonly children: ReactNode
  /** The verb of the button: what will happen. */
  readonly verb: string
  readonly danger?: boolean
  readonly busy?: boolean
  /** Whether it cannot be done, or what it would do is not known yet. */
  readonly off?: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before something that others will notice. */
export function Confirm(props: ConfirmProps): ReactNode {
  const { open, title, children, verb, danger, busy, off, onConfirm, onClose } = props
  return (
    <Modal opened={open} onClose={onClose} title={title}>
      <div className="stack wide">
        <div className="stack">{children}</div>
        <div className="line" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            {...(danger ? { color: 'red.8' } : {})}
            loading={busy ?? false}
            disabled={off ?? false}
            onClick={onConfirm}
          >
            {verb}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
