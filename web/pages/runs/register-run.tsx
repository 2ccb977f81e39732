import { Button, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Artifact, type Run } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { useGo } from '../../design/link.tsx'
import { useAct } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useMay } from '../../app/session.ts'

/** Makes a model version from an ONNX artifact of the run. */
export function RegisterRun({ run, artifacts }: RegisterRunProps): ReactNode {
  const files = artifacts.filter((each) => each.path.endsWith('.onnx')).map((each) => each.path)
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [path, setPath] = useState<string>()
  const go = useGo()
  const may = useMay('models:write')
  const register = useAct(operations.models.register, {
    quiet: true,
    done: ({ version, unchanged }) =>
      unchanged
        ? `It is version ${version.version} of ${version.model} already`
        : `Registered as version ${version.version} of ${version.model}`,
    onDone: ({ version }) => go(paths.modelVersion(version.model, version.version)),
  })
  if (!may || files.length === 0) return null
  return (
    <>
      <Button onClick={() => setOpen(true)}>Register as model</Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="Register as model">
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            register.mutate({ name, run: run.id, path: path ?? files[0] ?? '' })
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
          <NativeSelect
            label="File"
            data={files}
            value={path ?? files[0] ?? ''}
            onChange={(event) => setPath(event.currentTarget.value)}
          />
          {register.isError && <ErrorState error={register.error} />}
          <Button type="submit" loading={register.isPending}>
            Register
          </Button>
        </form>
      </Modal>
    </>
  )
}

interface RegisterRunProps {
  readonly run: Run
  readonly artifacts: readonly Artifact[]
}
