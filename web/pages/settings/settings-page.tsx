import type { ReactNode } from 'react'
import { NativeSelect } from '@mantine/core'
import { Card } from '../../design/card.tsx'
import { setAppearance, useAppearance } from '../../design/appearance.ts'
import { Page } from '../../design/page.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { useSearchState } from '../../app/search-state.ts'
import { useMay } from '../../app/session.ts'
import { AuditLog } from './audit-log.tsx'
import { Tokens } from './tokens.tsx'
import { Users } from './users.tsx'

export function SettingsPage(): ReactNode {
  const [search, setSearch] = useSearchState()
  const mayUsers = useMay('admin:users')
  const mayAudit = useMay('admin:audit')
  return (
    <Page title="Settings">
      <Tabs
        label="Parts of the settings"
        selected={search.tab}
        onSelect={(tab) => setSearch({ tab })}
        tabs={[
          { id: 'tokens', name: 'Tokens', render: () => <Tokens /> },
          { id: 'look', name: 'Appearance', render: () => <Look /> },
          ...(mayUsers ? [{ id: 'users', name: 'People', render: () => <Users /> }] : []),
          ...(mayAudit ? [{ id: 'audit', name: 'Audit', render: () => <AuditLog /> }] : []),
        ]}
      />
    </Page>
  )
}

function Look(): ReactNode {
  const { theme, density } = useAppearance()
  return (
    <Card title="Appearance">
      <div className="columns">
        <NativeSelect
          label="Theme"
          value={theme}
          data={[
            { value: 'system', label: 'as the system has it' },
            { value: 'light', label: 'light' },
            { value: 'dark', label: 'dark' },
          ]}
          onChange={(event) => setAppearance({ theme: event.currentTarget.value as typeof theme })}
        />
        <NativeSelect
          label="Rows"
          value={density}
          data={['comfortable', 'compact']}
          onChange={(event) =>
            setAppearance({ density: event.currentTarget.value as typeof density })
          }
        />
      </div>
    </Card>
  )
}
