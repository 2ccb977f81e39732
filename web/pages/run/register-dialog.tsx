import { Button, Modal, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { ErrorState } from '../../design/error-state.tsx'

interface RegisterDialogProps {
  readonly busy: boolean
  readonly error: Error | null
  readonly children?: ReactNode
  readonly onRegister: (name: string) => void
  readonly onClose: () => void
}

/** Asks for the name of the model that gets the version. */
export function RegisterDialog(props: RegisterDialogProps): ReactNode {
  const { busy, error, children, onRegister, onClose } = props
  const [name, setName] = useState('')
  return (
    <Modal opened onClose={onClose} title="Register as model">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          onRegister(name.trim())
        }}
      >
        <TextInput
          label="Model"
          description="A new name makes a new model; a known one gets a new version."
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {children}
        {error !== null && <ErrorState error={error} />}
        <Button type="submit" loading={busy}>
          Register
        </Button>
      </form>
    </Modal>
  )
}
