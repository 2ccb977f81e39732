import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type UserRecord } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { When } from '../../design/when.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'

const roles = ['viewer', 'editor', 'manager', 'admin'] as const
type Role = (typeof roles)[number]

const columns: readonly Column<UserRecord>[] = [
  { id: 'name', header: 'Name', value: (each) => each.name, pinned: true },
  { id: 'kind', header: 'Kind', value: (each) => each.kind },
  {
    id: 'grants',
    header: 'Roles',
    value: (each) => each.grants.map((grant) => `${grant.role} in ${grant.project}`).join(', '),
  },
  {
    id: 'created',
    header: 'Since',
    value: (each) => each.createdAt,
    cell: (each) => <When time={each.createdAt} />,
  },
  {
    id: 'act',
    header: 'Actions',
    value: () => undefined,
    sortable: false,
    cell: (each) => <Disable user={each} />,
  },
]

export function Users(): ReactNode {
  const read = useRead(operations.users.list, {})
  return (
    <div className="stack wide">
      <NewUser />
      <Read of={read}>
        {({ users }) => (
          <Card title="People and service accounts" flush>
            <DataTable label="People" rows={users} columns={columns} rowId={(each) => each.name} />
          </Card>
        )}
      </Read>
    </div>
  )
}

function NewUser(): ReactNode {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<'person' | 'service'>('person')
  const [password, setPassword] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const create = useAct(operations.users.create, {
    quiet: true,
    done: ({ user }) => `${user.name} is added`,
    onDone: () => {
      setName('')
      setPassword('')
    },
  })
  return (
    <Card title="Add someone">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate({ name, kind, role, ...(kind === 'person' ? { password } : {}) })
        }}
      >
        <div className="line end">
          <TextInput
            label="Name"
            required
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label="Kind"
            data={[
              { value: 'person', label: 'person' },
              { value: 'service', label: 'service account' },
            ]}
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value as typeof kind)}
          />
          {kind === 'person' && (
            <PasswordInput
              label="Password"
              placeholder="at least 10 characters"
              required
              minLength={10}
              autoComplete="new-password"
              w={220}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
          )}
          <NativeSelect
            label="Role"
            data={[...roles]}
            value={role}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
          />
          <Button type="submit" loading={create.isPending}>
            Add
          </Button>
        </div>
        {create.isError && <ErrorState error={create.error} />}
      </form>
    </Card>
  )
}

function Disable({ user }: { user: UserRecord }): ReactNode {
  const disable = useAct(operations.users.disable, {
    done: ({ user }) => (user.disabled ? `${user.name} is shut out` : `${user.name} is let in`),
  })
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={disable.isPending}
      onClick={() => disable.mutate({ name: user.name, disabled: !user.disabled })}
    >
      {user.disabled ? 'Let in again' : 'Shut out'}
    </Button>
  )
}
