import { useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Icon } from '../design/icons.tsx'
import { Link } from '../design/link.tsx'
import { Logo } from './logo.tsx'
import { navigation, type NavigationItem } from './navigation.ts'
import { paths } from './paths.ts'
import { useSession } from './session.ts'
import { Tide } from './tide.tsx'

/** Pages without an entry of their own stand under one that has. */
const under: Readonly<Record<string, string>> = {
  '/experiments': paths.runs,
  '/evaluation-datasets': paths.runs,
  '/compare': paths.runs,
  '/logged-models': paths.models,
  '/reports': paths.monitors,
}

export function Sidebar({ onGo }: { onGo: () => void }): ReactNode {
  const session = useSession()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const root = `/${path.split('/')[1] ?? ''}`
  const present = under[root] ?? root
  const allowed = (item: NavigationItem) =>
    session === undefined || session.permissions.includes(item.permission)
  return (
    <nav className="sidebar" aria-label="Main">
      <div className="sidebar-inner">
        <Link href={paths.loop} className="brand" onClick={onGo} aria-label="Tidemill, home">
          <Logo />
          <span>Tidemill</span>
        </Link>
        {navigation.map((group) => (
          <div key={group.title} className="nav-group">
            <h2>{group.title}</h2>
            <ul>
              {group.items.filter(allowed).map((item) => (
                <li key={item.href}>
                  <Link
                    href={item.href}
                    onClick={onGo}
                    aria-current={item.href === present ? 'page' : undefined}
                  >
                    <Icon name={item.icon} />
                    {item.name}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
        <Tide />
        {session !== undefined && <p className="sidebar-foot">version {session.version}</p>}
      </div>
    </nav>
  )
}
