import { MantineProvider } from '@mantine/core'
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, type ReactNode } from 'react'
import type { Caller } from '#contract'
import { useScheme } from '../design/appearance.ts'
import { copyExact } from '../design/copy-exact.ts'
import { theme } from '../design/theme.ts'
import { CallerProvider } from './api.tsx'
import type { makeRouter } from './router.tsx'
import { ShortcutProvider, type makeShortcuts } from './shortcuts.tsx'

export interface AppParts {
  readonly caller: Caller
  readonly queries: QueryClient
  readonly router: ReturnType<typeof makeRouter>
  readonly shortcuts: ReturnType<typeof makeShortcuts>
}

/** The interface, from what it is given. */
export function App({ caller, queries, router, shortcuts }: AppParts): ReactNode {
  const scheme = useScheme()
  useEffect(() => shortcuts.listen(), [shortcuts])
  useEffect(() => {
    document.addEventListener('copy', copyExact)
    return () => document.removeEventListener('copy', copyExact)
  }, [])
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme}>
      <CallerProvider caller={caller}>
        <QueryClientProvider client={queries}>
          <ShortcutProvider shortcuts={shortcuts}>
            <RouterProvider router={router} />
          </ShortcutProvider>
        </QueryClientProvider>
      </CallerProvider>
    </MantineProvider>
  )
}
