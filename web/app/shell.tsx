import { Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react'
import { useGo } from '../design/link.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { Toasts } from '../design/toast.tsx'
import { useLiveChanges } from './live.ts'
import { pages } from './navigation.ts'
import { paths } from './paths.ts'
import { useSession } from './session.ts'
import { useShortcut, useShortcuts } from './shortcuts.tsx'
import { Sidebar } from './sidebar.tsx'
import { TopBar } from './top-bar.tsx'

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))
const KeyboardMap = lazy(async () => ({
  default: (await import('./keyboard-map.tsx')).KeyboardMap,
}))

/** What stands around every page. */
export function Shell(): ReactNode {
  const [open, setOpen] = useState<'palette' | 'keys' | 'menu' | undefined>()
  const close = () => setOpen(undefined)
  const main = useRef<HTMLElement>(null)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const session = useSession()
  const go = useGo()
  useLiveChanges()
  usePageKeys()
  useShortcut('?', 'Show this map', () => setOpen('keys'), { group: 'Anywhere' })
  useShortcut('/', 'Search', () => setOpen('palette'), { group: 'Anywhere' })

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      setOpen((before) => (before === 'palette' ? undefined : 'palette'))
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  const signedOut = session !== undefined && session.user === undefined
  useEffect(() => {
    if (signedOut) go(paths.signIn(path))
    // Only the change of the session leads away.
  }, [signedOut])

  return (
    <div className="shell" data-menu={open === 'menu' || undefined}>
      <a className="skip" href="#main" onClick={() => main.current?.focus()}>
        Skip to content
      </a>
      <Sidebar onGo={close} />
      {open === 'menu' && (
        <button type="button" className="veil" aria-label="Close menu" onClick={close} />
      )}
      <div className="shell-main">
        <TopBar
          onMenu={() => setOpen('menu')}
          onSearch={() => setOpen('palette')}
          onKeys={() => setOpen('keys')}
        />
        <main id="main" ref={main} tabIndex={-1}>
          <Suspense fallback={<Skeleton lines={8} />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Suspense fallback={null}>
        {open === 'palette' && <Palette onClose={close} />}
        {open === 'keys' && <KeyboardMap onClose={close} />}
      </Suspense>
      <Toasts />
    </div>
  )
}

function usePageKeys(): void {
  const shortcuts = useShortcuts()
  const go = useGo()
  const latest = useRef(go)
  latest.current = go
  useEffect(() => {
    const gone = pages.map(({ key, name, href }) =>
      shortcuts?.add({
        keys: `g ${key}`,
        what: name,
        group: 'Go to',
        run: () => latest.current(href),
      }),
    )
    return () => {
      for (const remove of gone) remove?.()
    }
  }, [shortcuts])
}
