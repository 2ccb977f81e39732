import { useEffect, type ReactNode } from 'react'
import { Icon } from './icons.tsx'
import { Link } from './link.tsx'

export interface Crumb {
  readonly name: string
  readonly href: string
}

interface PageProps {
  readonly title: string
  readonly crumbs?: readonly Crumb[]
  readonly status?: ReactNode
  readonly intro?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page: where it stands, what it is, what can be done, then its parts. */
export function Page({ title, crumbs, status, intro, actions, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Tidemill`
  }, [title])
  return (
    <div className="page">
      <header className="page-head">
        <div className="grow">
          {crumbs !== undefined && crumbs.length > 0 && (
            <nav aria-label="Breadcrumb" className="crumbs">
              <ol>
                {crumbs.map((crumb) => (
                  <li key={crumb.href}>
                    <Link href={crumb.href}>{crumb.name}</Link>
                    <Icon name="chevron" size={11} />
                  </li>
                ))}
              </ol>
            </nav>
          )}
          <div className="line">
            <h1 className="wrap-anywhere">{title}</h1>
            {status}
          </div>
          {intro !== undefined && <p className="page-intro">{intro}</p>}
        </div>
        {actions !== undefined && <div className="line">{actions}</div>}
      </header>
      {children}
    </div>
  )
}
