import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type TokenRecord } from '#contract'
import { Card } from '../../design/card.tsx'
import { Confirm } from '../../design/confirm.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { When } from '../../design/when.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { useSession } from '../../app/session.ts'

const columns: readonly Column<TokenRecord>[] = [
  { id: 'name', header: 'Token', value: (each) => each.name, pinned: true },
  { id: 'user', header: 'Of', value: (each) => each.user },
  {
    id: 'start',
    header: 'Begins with',
    value: (each) => each.start,
    cell: (each) => <code>{each.start}…</code>,
  },
  {
    id: 'scopes',
    header: 'May',
    value: (each) => (each.scopes.length === 0 ? 'all that its owner may' : each.scopes.join(', ')),
  },
  {
    id: 'expires',
    header: 'Expires',
    value: (each) => each.expiresAt,
    cell: (each) => (each.expiresAt === undefined ? 'never' : <When time={each.expiresAt} />),
  },
  {
    id: 'used',
    header: 'Last used',
    value: (each) => each.lastUsedAt,
    cell: (each) => (each.lastUsedAt === undefined ? 'never' : <When time={each.lastUsedAt} />),
  },
  {
    id: 'act',
    header: 'Actions',
    value: () => undefined,
    sortable: false,
    cell: (each) =>
      each.revoked ? <span className="muted">revoked</span> : <Revoke token={each} />,
  },
]

/** Tokens for programs. A new one is shown once. */
export function Tokens(): ReactNode {
  const read = useRead(operations.tokens.list, {})
  return (
    <div className="stack wide">
      <NewToken />
      <Read of={read}>
        {({ tokens }) =>
          tokens.length === 0 ? (
            <p className="muted">No tokens yet. Programs off this machine need one.</p>
          ) : (
            <Card title="Tokens" flush>
              <DataTable
                label="Token list"
                rows={tokens}
                columns={columns}
                rowId={(each) => each.id}
              />
            </Card>
          )
        }
      </Read>
    </div>
  )
}

function NewToken(): ReactNode {
  const session = useSession()
  const [name, setName] = useState('')
  const [days, setDays] = useState<number | string>(90)
  const [scopes, setScopes] = useState<readonly string[]>([])
  const create = useAct(operations.tokens.create, { quiet: true, onDone: () => setName('') })
  const made = create.data?.token
  return (
    <Card title="New token">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate({
            name,
            ...(scopes.length === 0 ? {} : { scopes: [...scopes] }),
            ...(days === '' ? {} : { days: Number(days) }),
          })
        }}
      >
        <div className="line end">
          <TextInput
            label="Name"
            description="What will use it"
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NumberInput
            label="Days"
            description="Until it expires"
            min={1}
            max={3650}
            value={days}
            onChange={setDays}
          />
          <Button type="submit" loading={create.isPending}>
            Make token
          </Button>
        </div>
        <Checkbox.Group
          label="May"
          description="None chosen: all that you may."
          value={[...scopes]}
          onChange={setScopes}
        >
          <div className="scopes">
            {(session?.permissions ?? []).map((permission) => (
              <Checkbox key={permission} size="xs" value={permission} label={permission} />
            ))}
          </div>
        </Checkbox.Group>
        {create.isError && <ErrorState error={create.error} />}
        {made !== undefined && (
          <div className="notice good" role="status">
            <div className="stack tight grow">
              <strong>Copy it now: it is not shown again.</strong>
              <span className="line">
                <code className="wrap-anywhere">{made}</code>
                <CopyButton text={made} what="Copy token" />
              </span>
            </div>
          </div>
        )}
      </form>
    </Card>
  )
}

function Revoke({ token }: { token: TokenRecord }): ReactNode {
  const [asking, setAsking] = useState(false)
  const revoke = useAct(operations.tokens.revoke, {
    done: `The token ${token.name} ends now`,
    onDone: () => setAsking(false),
  })
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => setAsking(true)}>
        Revoke
      </Button>
      <Confirm
        open={asking}
        title={`Revoke ${token.name}?`}
        verb="Revoke"
        danger
        busy={revoke.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => revoke.mutate({ id: token.id })}
      >
        <p>Whatever uses it is refused from the next request on. This cannot be undone.</p>
      </Confirm>
    </>
  )
}
