import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, TidemillError, type ModelVersion } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { GateView } from './gate-view.tsx'

interface PromoteProps {
  readonly version: ModelVersion
  readonly small?: boolean
}

/** Points an alias at the version. The gate runs first; where it refuses, its report shows what failed. */
export function Promote({ version, small = false }: PromoteProps): ReactNode {
  const [open, setOpen] = useState(false)
  const may = useMay('models:promote')
  if (!may) return null
  return (
    <>
      <Button
        size={small ? 'compact-xs' : 'sm'}
        {...(small ? { variant: 'default' } : {})}
        onClick={() => setOpen(true)}
      >
        Promote
      </Button>
      {open && <PromoteDialog version={version} onClose={() => setOpen(false)} />}
    </>
  )
}

function PromoteDialog({ version, onClose }: { version: ModelVersion; onClose: () => void }) {
  const { model: name, version: number } = version
  const [alias, setAlias] = useState('champion')
  const [why, setWhy] = useState('')
  const promote = useAct(operations.models.alias, {
    quiet: true,
    done: ({ change }) => `${change.alias} points at version ${number}`,
    onDone: onClose,
  })
  const refused = promote.error instanceof TidemillError && promote.error.code === 'gate_refused'
  const evidence = useRead(
    operations.models.version,
    { name, version: number },
    { enabled: refused },
  )
  const gate = evidence.data?.gates[0]
  return (
    <Confirm
      open
      title={`Promote version ${number} of ${name}`}
      verb={alias === 'champion' ? 'Check the gate and promote' : 'Promote'}
      busy={promote.isPending}
      onClose={onClose}
      onConfirm={() => promote.mutate({ name, alias, version: number, ...(why && { why }) })}
    >
      <NativeSelect
        label="Alias"
        description="champion is guarded: it moves only when every requirement holds."
        data={['champion', 'challenger', 'canary', 'shadow']}
        value={alias}
        onChange={(event) => setAlias(event.currentTarget.value)}
      />
      <TextInput
        label="Why"
        description="For the history."
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      {promote.isError && <ErrorState error={promote.error} />}
      {refused && gate !== undefined && <GateView gate={gate} />}
    </Confirm>
  )
}
