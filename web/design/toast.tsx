import { useSyncExternalStore, type ReactNode } from 'react'
import { Icon } from './icons.tsx'

interface Toast {
  readonly id: number
  readonly kind: 'good' | 'bad'
  readonly text: string
  readonly hint?: string
}

let toasts: readonly Toast[] = []
let count = 0
const listeners = new Set<() => void>()

function set(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

/** Says something in passing; errors stay until closed. */
export function showToast(kind: Toast['kind'], text: string, hint?: string): void {
  count += 1
  const id = count
  set([...toasts, { id, kind, text, ...(hint === undefined ? {} : { hint }) }].slice(-4))
  if (kind === 'good') setTimeout(() => closeToast(id), 5000)
}

export function closeToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts(): ReactNode {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <div key={toast.id} className={`toast ${toast.kind}`}>
          <Icon name={toast.kind} size={17} />
          <div className="grow">
            <strong>{toast.text}</strong>
            {toast.hint !== undefined && <p>{toast.hint}</p>}
          </div>
          <button
            type="button"
            className="plain"
            aria-label="Close"
            onClick={() => closeToast(toast.id)}
          >
            <Icon name="bad" size={14} />
          </button>
        </div>
      ))}
    </div>
  )
}
