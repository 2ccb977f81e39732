import { useQueryClient } from '@tanstack/react-query'
import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations } from '#contract'
import { setAppearance, useAppearance, useScheme } from '../design/appearance.ts'
import { Icon } from '../design/icons.tsx'
import { useGo } from '../design/link.tsx'
import { useAct } from './api.tsx'
import { paths } from './paths.ts'
import { projectAddress } from './place.ts'
import { useSession, type Session } from './session.ts'

interface TopBarProps {
  readonly onMenu: () => void
  readonly onSearch: () => void
  readonly onKeys: () => void
}

export function TopBar({ onMenu, onSearch, onKeys }: TopBarProps): ReactNode {
  const session = useSession()
  const scheme = useScheme()
  return (
    <header className="top-bar">
      <ActionIcon
        className="menu-button"
        variant="subtle"
        size="lg"
        aria-label="Menu"
        onClick={onMenu}
      >
        <Icon name="menu" />
      </ActionIcon>
      <ProjectMenu session={session} />
      <button
        type="button"
        className="search-button"
        aria-label="Search pages and objects"
        onClick={onSearch}
      >
        <Icon name="search" size={16} />
        <span className="grow">Search pages and objects</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div className="line top-actions">
        <Tooltip label="Keys (?)">
          <ActionIcon variant="subtle" size="lg" aria-label="Keyboard map" onClick={onKeys}>
            <Icon name="keyboard" />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={scheme === 'dark' ? 'Light theme' : 'Dark theme'}>
          <ActionIcon
            variant="subtle"
            size="lg"
            aria-label={scheme === 'dark' ? 'Light theme' : 'Dark theme'}
            onClick={() => setAppearance({ theme: scheme === 'dark' ? 'light' : 'dark' })}
          >
            <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
          </ActionIcon>
        </Tooltip>
        <PersonMenu />
      </div>
    </header>
  )
}

/** The project, and the way to others. Each is a page of its own, so that nothing of one is shown in another. */
function ProjectMenu({ session }: { readonly session: Session | undefined }): ReactNode {
  const present = session?.project ?? '…'
  const others = (session?.projects ?? []).filter((name) => name !== present)
  const label = (
    <>
      <span className="project-name">project</span> {present}
    </>
  )
  if (others.length === 0) return <span className="project">{label}</span>
  return (
    <Menu position="bottom-start" width={230}>
      <Menu.Target>
        <button type="button" className="project" aria-label={`Project ${present}, choose another`}>
          {label} <Icon name="down" size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {others.map((name) => (
          <Menu.Item key={name} component="a" href={projectAddress(name)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function PersonMenu(): ReactNode {
  const session = useSession()
  const { theme, density } = useAppearance()
  const go = useGo()
  const queries = useQueryClient()
  const signOut = useAct(operations.session.remove, {
    onDone: () => {
      // The next person on this machine sees nothing of this one's.
      queries.clear()
      go(paths.signIn())
    },
  })
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <button type="button" className="person" aria-label={`You: ${session?.user ?? 'nobody'}`}>
          <Icon name="user" size={17} />
          <span>{session?.user ?? 'not signed in'}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {session?.role !== undefined && <Menu.Label>{`Role: ${session.role}`}</Menu.Label>}
        <Menu.Item
          onClick={() =>
            setAppearance({ density: density === 'compact' ? 'comfortable' : 'compact' })
          }
        >
          {density === 'compact' ? 'Comfortable rows' : 'Compact rows'}
        </Menu.Item>
        {theme !== 'system' && (
          <Menu.Item onClick={() => setAppearance({ theme: 'system' })}>
            Theme of the system
          </Menu.Item>
        )}
        <Menu.Item onClick={() => go(paths.settings)}>Settings and tokens</Menu.Item>
        {session?.signedIn === true && (
          <Menu.Item onClick={() => signOut.mutate({})}>Sign out</Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
