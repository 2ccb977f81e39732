import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { operations, type ModelRemoval } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { useGo } from '../../design/link.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'

const { models } = operations

interface RemoveModelProps {
  readonly name: string
  readonly onClose: () => void
}

/** Says what goes with a model, and asks. */
export function RemoveModel({ name, onClose }: RemoveModelProps): ReactNode {
  const go = useGo()
  const planned = useRead(models.remove, { name, dry: true })
  const remove = useAct(models.remove, {
    done: `${name} is removed`,
    onDone: () => {
      onClose()
      go(paths.models)
    },
  })
  return (
    <RemoveDialog
      title={`Remove ${name}?`}
      planned={planned}
      busy={remove.isPending}
      onConfirm={() => remove.mutate({ name })}
      onClose={onClose}
    >
      {({ versions }) => (
        <p>
          The model goes for good with {counted(versions.length, 'version')}, its history and the
          reports of its gates.
        </p>
      )}
    </RemoveDialog>
  )
}

/** The same for one version. */
export function RemoveVersion(props: RemoveModelProps & { readonly version: number }): ReactNode {
  const { name, version, onClose } = props
  const go = useGo()
  const planned = useRead(models.removeVersion, { name, version, dry: true })
  const remove = useAct(models.removeVersion, {
    done: `Version ${version} of ${name} is removed`,
    onDone: () => {
      onClose()
      go(paths.model(name))
    },
  })
  return (
    <RemoveDialog
      title={`Remove version ${version} of ${name}?`}
      planned={planned}
      busy={remove.isPending}
      onConfirm={() => remove.mutate({ name, version })}
      onClose={onClose}
    >
      {() => <p>The version goes for good, and its number is not given again.</p>}
    </RemoveDialog>
  )
}

interface RemoveDialogProps {
  readonly title: string
  readonly planned: UseQueryResult<ModelRemoval>
  readonly busy: boolean
  readonly children: (removal: ModelRemoval) => ReactNode
  readonly onConfirm: () => void
  readonly onClose: () => void
}

function RemoveDialog(props: RemoveDialogProps): ReactNode {
  const { title, planned, busy, children, onConfirm, onClose } = props
  return (
    <Confirm
      open
      title={title}
      verb="Remove"
      danger
      busy={busy}
      off={!planned.isSuccess}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <Read of={planned} lines={3}>
        {(removal) => (
          <>
            {children(removal)}
            <Along removal={removal} />
            <p className="muted small">Files stay with the runs that versions were made from.</p>
          </>
        )}
      </Read>
    </Confirm>
  )
}

/** What others will miss. */
function Along({ removal }: { removal: ModelRemoval }): ReactNode {
  const { aliases, consumers, signatures } = removal
  const lines = [
    ...aliases.map(
      (alias) => `The alias ${alias} names nothing then; who loads by it gets an error.`,
    ),
    ...consumers.map((consumer) => `${consumer} has said that it relies on the model.`),
    ...(signatures > 0 ? [`${counted(signatures, 'signature')} of it.`] : []),
  ]
  if (lines.length === 0) return null
  return (
    <ul className="plain-list">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
