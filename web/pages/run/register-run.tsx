import { Button, NativeSelect } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Run, type RunAbout } from '#contract'
import { useGo } from '../../design/link.tsx'
import { useAct } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useMay } from '../../app/session.ts'
import { RegisterDialog } from './register-dialog.tsx'

/** Makes a model version from what the run left: a model that an MLflow client logged, a folder with an MLmodel, or an ONNX file. */
export function RegisterRun({ run, about }: RegisterRunProps): ReactNode {
  const choices = [
    ...about.made.map(({ id, name }) => ({ value: id, label: `${name} (logged model)` })),
    ...about.models.map((path) => ({ value: path, label: path.replace(/\/MLmodel$/, '') })),
  ]
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState<string>()
  const go = useGo()
  const may = useMay('models:write')
  const file = useAct(operations.models.register, {
    quiet: true,
    done: ({ version, unchanged }) =>
      unchanged
        ? `It is version ${version.version} of ${version.model} already`
        : `Registered as version ${version.version} of ${version.model}`,
    onDone: ({ version }) => go(paths.modelVersion(version.model, version.version)),
  })
  const logged = useAct(operations.loggedModels.register, {
    quiet: true,
    done: ({ version }) => `Registered as version ${version.version} of ${version.model}`,
    onDone: ({ version }) => go(paths.modelVersion(version.model, version.version)),
  })
  const what = chosen ?? choices[0]?.value
  if (!may || what === undefined) return null
  const isLogged = about.made.some((each) => each.id === what)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Register as model</Button>
      {open && (
        <RegisterDialog
          busy={file.isPending || logged.isPending}
          error={isLogged ? logged.error : file.error}
          onClose={() => setOpen(false)}
          onRegister={(name) =>
            isLogged
              ? logged.mutate({ model: what, name })
              : file.mutate({ name, run: run.id, path: what })
          }
        >
          {choices.length > 1 && (
            <NativeSelect
              label="What"
              data={choices}
              value={what}
              onChange={(event) => setChosen(event.currentTarget.value)}
            />
          )}
        </RegisterDialog>
      )}
    </>
  )
}

interface RegisterRunProps {
  readonly run: Run
  readonly about: RunAbout
}
