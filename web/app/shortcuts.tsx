import { createContext, use, useEffect, useRef, type ReactNode } from 'react'

export interface Shortcut {
  /** `?`, `j`, or two keys one after the other: `g d`. */
  readonly keys: string
  readonly what: string
  readonly group: string
  readonly run: () => void
}

export interface Shortcuts {
  add(shortcut: Shortcut): () => void
  list(): readonly Shortcut[]
}

const ShortcutContext = createContext<Shortcuts | undefined>(undefined)

/** How long the second key of a pair may take. */
const pairMs = 1200

/** The keys in force, from the bottom of the page tree up: what was added last answers first. */
export function makeShortcuts(target: Document = document): Shortcuts & { listen(): () => void } {
  const known: Shortcut[] = []
  let first = ''
  let firstAt = 0
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return
    if (isTyping(event.target)) return
    // Enter on a button or link is theirs.
    if (event.key === 'Enter' && isControl(event.target)) return
    const pair = first !== '' && event.timeStamp - firstAt < pairMs ? `${first} ${event.key}` : ''
    const found =
      known.findLast((each) => each.keys === pair) ??
      known.findLast((each) => each.keys === event.key)
    first = found === undefined ? event.key : ''
    firstAt = event.timeStamp
    if (found === undefined) return
    event.preventDefault()
    found.run()
  }
  return {
    add(shortcut) {
      known.push(shortcut)
      return () => void known.splice(known.indexOf(shortcut), 1)
    },
    list: () => [...known],
    listen() {
      target.addEventListener('keydown', onKey)
      return () => target.removeEventListener('keydown', onKey)
    },
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('[role="dialog"]') !== null) return true
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a, button, summary, [role="tab"]') !== null
}

export function ShortcutProvider(props: { shortcuts: Shortcuts; children: ReactNode }): ReactNode {
  return <ShortcutContext value={props.shortcuts}>{props.children}</ShortcutContext>
}

export function useShortcuts(): Shortcuts | undefined {
  return use(ShortcutContext)
}

/** Keys of the component that calls it, while it is shown. The handler may change; the keys are read once a change of `enabled`. */
export function useShortcut(
  keys: string,
  what: string,
  run: () => void,
  { group = 'This page', enabled = true }: { group?: string; enabled?: boolean } = {},
): void {
  const shortcuts = use(ShortcutContext)
  const latest = useRef(run)
  useEffect(() => {
    latest.current = run
  })
  useEffect(() => {
    if (shortcuts === undefined || !enabled) return
    return shortcuts.add({ keys, what, group, run: () => latest.current() })
  }, [shortcuts, keys, what, group, enabled])
}
