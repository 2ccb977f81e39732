import type { ReactNode } from 'react'
import { Command } from './code-block.tsx'
import { Icon, type IconName } from './icons.tsx'

interface EmptyStateProps {
  readonly icon: IconName
  readonly title: string
  readonly children: ReactNode
  /** The command that makes the first one. */
  readonly command?: string
  readonly action?: ReactNode
}

/** What stands where there is nothing yet: why, and what to do. */
export function EmptyState({ icon, title, children, command, action }: EmptyStateProps): ReactNode {
  return (
    <div className="empty">
      <span className="empty-sign">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      <p>{children}</p>
      {command !== undefined && <Command line={command} />}
      {action}
    </div>
  )
}
