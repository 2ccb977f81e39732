import type { ReactNode } from 'react'
import { EmptyState } from '../design/empty-state.tsx'
import { Link } from '../design/link.tsx'
import { Page } from '../design/page.tsx'
import { paths } from './paths.ts'

export function NotFound(): ReactNode {
  return (
    <Page title="No such page">
      <EmptyState
        icon="search"
        title="There is no page at this address"
        action={<Link href={paths.loop}>Go to the loop</Link>}
      >
        It may have moved, or the address is mistyped. Ctrl-K finds pages and objects by name.
      </EmptyState>
    </Page>
  )
}
