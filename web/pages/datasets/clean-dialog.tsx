import { Checkbox, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState, type ReactNode } from 'react'
import { operations, type CleaningAction, type DatasetVersion } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { plural } from '../../design/format.ts'
import { useGo } from '../../design/link.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { useAct, useCaller } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { describeAction } from './describe-rule.ts'

interface CleanDialogProps {
  readonly version: DatasetVersion
  readonly actions: readonly CleaningAction[]
  readonly onClose: () => void
}

/** What cleaning would change, counted before it is done; the present version stays as it is. */
export function CleanDialog({ version, actions, onClose }: CleanDialogProps): ReactNode {
  const { dataset: name, version: number } = version
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set())
  const [message, setMessage] = useState('')
  const caller = useCaller()
  const go = useGo()
  const all = useMemo(() => [...actions], [actions])
  const counted = useQuery({
    queryKey: ['datasets', 'datasets.clean', { name, number, all }],
    queryFn: () =>
      caller.call(operations.datasets.clean, { name, version: number, actions: all, dry: true }),
  })
  const chosen = all.filter((_, index) => !left.has(index))
  const clean = useAct(operations.datasets.clean, {
    quiet: true,
    done: ({ version }) => `Version ${version?.version ?? ''} of ${name} is there`,
    onDone: ({ version }) => {
      onClose()
      if (version !== undefined) go(paths.dataset(name, { version: version.version }))
    },
  })
  return (
    <Confirm
      open
      title={`Clean version ${number}`}
      verb="Make the version"
      busy={clean.isPending}
      onClose={onClose}
      onConfirm={() => {
        if (chosen.length === 0) return
        clean.mutate({ name, version: number, actions: chosen, ...(message && { message }) })
      }}
    >
      {counted.isError ? (
        <ErrorState error={counted.error} />
      ) : counted.data === undefined ? (
        <Skeleton lines={all.length} />
      ) : (
        all.map((action, index) => (
          <Checkbox
            key={describeAction(action)}
            checked={!left.has(index)}
            label={describeAction(action)}
            description={effect(counted.data.changes[index])}
            onChange={(event) => {
              const next = new Set(left)
              if (event.currentTarget.checked) next.delete(index)
              else next.add(index)
              setLeft(next)
            }}
          />
        ))
      )}
      <TextInput
        label="Message"
        placeholder="why"
        value={message}
        onChange={(event) => setMessage(event.currentTarget.value)}
      />
      {clean.isError && <ErrorState error={clean.error} />}
    </Confirm>
  )
}

function effect(change: { cells: number; rows: number } | undefined): string {
  if (change === undefined) return ''
  return `${plural(change.cells, 'cell')} in ${plural(change.rows, 'row')}`
}
