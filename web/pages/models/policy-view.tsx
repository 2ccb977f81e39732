import { Button, Checkbox, NumberInput, Textarea, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Model, type ModelVersion, type Requirement } from '#contract'
import { Card } from '../../design/card.tsx'
import { Confirm } from '../../design/confirm.tsx'
import { DigestText } from '../../design/digest.tsx'
import { Command } from '../../design/code-block.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'
import { policyWords } from './alias-cards.tsx'
import { RequirementsCard } from './requirements-card.tsx'

interface PolicyViewProps {
  readonly model: Model
  readonly fromFile: readonly Requirement[]
  readonly versions: readonly ModelVersion[]
}

/** What a version must show, what taking each alias asks besides, and whose signatures count. */
export function PolicyView(props: PolicyViewProps): ReactNode {
  const { model } = props
  const aliases = [
    ...new Set(['champion', ...Object.keys(model.aliases), ...Object.keys(model.policies)]),
  ]
  return (
    <div className="columns">
      <RequirementsCard {...props} />
      <Card title="What taking an alias asks">
        <ul className="rule-list bordered">
          {aliases.map((alias) => (
            <li key={alias}>
              <span className="tag sand">{alias}</span>
              <span className="grow small">{askedWords(model, alias).join(', ') || 'nothing'}</span>
              <EditPolicy model={model} alias={alias} />
            </li>
          ))}
        </ul>
      </Card>
      <Keys />
    </div>
  )
}

function askedWords(model: Model, alias: string): readonly string[] {
  const policy = model.policies[alias]
  const isGated = alias === 'champion' && policy?.gate === undefined
  return [...(isGated ? ['every requirement holds'] : []), ...policyWords(policy)]
}

function EditPolicy({ model, alias }: { model: Model; alias: string }): ReactNode {
  const [open, setOpen] = useState(false)
  const may = useMay('models:guard')
  if (!may) return null
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Change what ${alias} asks`}
        onClick={() => setOpen(true)}
      >
        Change
      </Button>
      {open && <PolicyDialog model={model} alias={alias} onClose={() => setOpen(false)} />}
    </>
  )
}

interface PolicyDialogProps {
  readonly model: Model
  readonly alias: string
  readonly onClose: () => void
}

function PolicyDialog({ model, alias, onClose }: PolicyDialogProps): ReactNode {
  const policy = model.policies[alias] ?? {}
  const [approvals, setApprovals] = useState(policy.approvals ?? 0)
  const [signed, setSigned] = useState(policy.signed ?? false)
  const [gate, setGate] = useState(policy.gate ?? alias === 'champion')
  const save = useAct(operations.models.policy, {
    done: `What ${alias} asks is changed`,
    onDone: onClose,
  })
  return (
    <Confirm
      open
      title={`What ${alias} of ${model.name} asks`}
      verb="Keep"
      busy={save.isPending}
      onClose={onClose}
      onConfirm={() =>
        save.mutate({
          name: model.name,
          alias,
          approvals,
          signed,
          // What is so anyway need not be said.
          ...(gate === (alias === 'champion') ? {} : { gate }),
        })
      }
    >
      <NumberInput
        label="Approvals"
        description="Different persons, the one who asks among them. 0 asks nobody."
        min={0}
        max={10}
        value={approvals}
        onChange={(value) => setApprovals(Number(value))}
      />
      <Checkbox
        label="Signed versions only"
        description="By a key that is trusted here, over the files as they are."
        checked={signed}
        onChange={(event) => setSigned(event.currentTarget.checked)}
      />
      <Checkbox
        label="Every requirement holds"
        checked={gate}
        onChange={(event) => setGate(event.currentTarget.checked)}
      />
    </Confirm>
  )
}

function Keys(): ReactNode {
  const read = useRead(operations.models.keys, {})
  return (
    <Card title="Whose signatures count" aside={<TrustKey />}>
      <Read of={read} lines={3}>
        {({ keys }) =>
          keys.length === 0 ? (
            <div className="stack">
              <p className="muted small">
                No key is trusted. A private key stays with whoever signs; its public half is
                trusted here.
              </p>
              <Command line="tidemill models keys make release" />
            </div>
          ) : (
            <ul className="rule-list bordered">
              {keys.map((key) => (
                <li key={key.id}>
                  <StatusPill
                    health={key.revokedAt === undefined ? 'good' : 'bad'}
                    word={key.revokedAt === undefined ? 'trusted' : 'revoked'}
                  />
                  <div className="grow stack tight">
                    <strong>{key.name}</strong>
                    <DigestText digest={key.id} />
                    <span className="muted small">
                      <When time={key.revokedAt ?? key.trustedAt} /> by{' '}
                      {key.revokedBy ?? key.trustedBy}
                    </span>
                  </div>
                  {key.revokedAt === undefined && <RevokeKey name={key.name} />}
                </li>
              ))}
            </ul>
          )
        }
      </Read>
    </Card>
  )
}

function TrustKey(): ReactNode {
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [publicKey, setPublicKey] = useState('')
  const may = useMay('models:guard')
  const trust = useAct(operations.models.trustKey, {
    done: `Signatures of ${name} count`,
    onDone: () => setOpen(false),
  })
  if (!may) return null
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>
        Trust a key
      </Button>
      <Confirm
        open={open}
        title="Trust a key"
        verb="Trust"
        busy={trust.isPending}
        onClose={() => setOpen(false)}
        onConfirm={() => trust.mutate({ name, publicKey: `${publicKey.trim()}\n` })}
      >
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          autosize
          minRows={3}
          label="Public key"
          description="Ed25519 in PEM, as “tidemill models keys make” prints it."
          value={publicKey}
          onChange={(event) => setPublicKey(event.currentTarget.value)}
        />
      </Confirm>
    </>
  )
}

function RevokeKey({ name }: { name: string }): ReactNode {
  const [open, setOpen] = useState(false)
  const may = useMay('models:guard')
  const revoke = useAct(operations.models.revokeKey, {
    done: `${name} is revoked`,
    onDone: () => setOpen(false),
  })
  if (!may) return null
  return (
    <>
      <Button
        size="compact-xs"
        variant="subtle"
        aria-label={`Revoke ${name}`}
        onClick={() => setOpen(true)}
      >
        Revoke
      </Button>
      <Confirm
        open={open}
        title={`Revoke ${name}?`}
        verb="Revoke"
        danger
        busy={revoke.isPending}
        onClose={() => setOpen(false)}
        onConfirm={() => revoke.mutate({ key: name })}
      >
        <p>Nothing that {name} has signed counts any more. A key is not trusted a second time.</p>
      </Confirm>
    </>
  )
}
