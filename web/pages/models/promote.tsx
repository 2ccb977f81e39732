import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, TidemillError, type AliasRequest, type ModelVersion } from '#contract'
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
  const about = useRead(operations.models.get, { name })
  const policy = about.data?.model.policies[alias]
  const { approvals = 0, signed = false, gate: gated = alias === 'champion' } = policy ?? {}
  const promote = useAct(operations.models.ask, {
    quiet: true,
    done: ({ change, request }) =>
      change ? `${change.alias} points at version ${number}` : waitsFor(request),
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
      verb={verbOf(gated || signed, approvals)}
      busy={promote.isPending}
      onClose={onClose}
      onConfirm={() => promote.mutate({ name, alias, version: number, ...(why && { why }) })}
    >
      <NativeSelect
        label="Alias"
        description={policyText(approvals, signed, gated)}
        data={[
          ...new Set([
            ...['champion', 'challenger', 'canary', 'shadow'],
            ...Object.keys(about.data?.model.aliases ?? {}),
            ...Object.keys(about.data?.model.policies ?? {}),
          ]),
        ]}
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

function verbOf(isChecked: boolean, approvals: number): string {
  if (approvals > 1) return isChecked ? 'Check the gate and ask' : 'Ask'
  return isChecked ? 'Check the gate and promote' : 'Promote'
}

function policyText(approvals: number, signed: boolean, gated: boolean): string {
  const asked = [
    ...(gated ? ['every requirement holds'] : []),
    ...(signed ? ['it is signed'] : []),
    ...(approvals > 1 ? [`${approvals} different persons are for it, you among them`] : []),
  ]
  const relied = 'It breaks nothing that an application relies on'
  return asked.length === 0 ? `${relied}.` : `${relied}, and ${asked.join(', ')}.`
}

function waitsFor(request: AliasRequest | undefined): string {
  const given = request?.votes.filter((vote) => vote.verdict === 'approve').length ?? 0
  const left = (request?.needed ?? 0) - given
  return `Asked; it waits for ${left} more ${left === 1 ? 'person' : 'persons'}`
}
