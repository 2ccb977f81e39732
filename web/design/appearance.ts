import { useSyncExternalStore } from 'react'

export type ThemeChoice = 'system' | 'light' | 'dark'
export type Density = 'comfortable' | 'compact'

/** How a person wants pages to look; kept in the browser. */
export interface Appearance {
  readonly theme: ThemeChoice
  readonly density: Density
}

const key = 'tidemill.appearance'
const listeners = new Set<() => void>()
let present: Appearance | undefined

function read(): Appearance {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Appearance>
    return { theme: kept.theme ?? 'system', density: kept.density ?? 'comfortable' }
  } catch {
    return { theme: 'system', density: 'comfortable' }
  }
}

function current(): Appearance {
  present ??= read()
  return present
}

export function setAppearance(change: Partial<Appearance>): void {
  present = { ...current(), ...change }
  try {
    localStorage.setItem(key, JSON.stringify(present))
  } catch {
    // Blocked storage: the choice holds until the page is left.
  }
  document.documentElement.dataset.density = present.density
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  listeners.add(listener)
  system.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    system.removeEventListener('change', listener)
  }
}

export function useAppearance(): Appearance {
  return useSyncExternalStore(subscribe, current)
}

/** The theme that is shown, after asking the system where the choice is its. */
export function useScheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, () => {
    const { theme } = current()
    if (theme !== 'system') return theme
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  })
}
