import type { KeyboardEvent } from 'react'

interface ArrowKeysOptions {
  /** What charts call the marks of a drawing by, in the order that keys go through them. */
  readonly rows: readonly number[]
  readonly present: number | undefined
  readonly onMark: (row: number | undefined) => void
  readonly onOpen?: (row: number) => void
}

/** Of what holds a drawing: arrow keys, Home and End go to its marks as the pointer does, Enter opens one, Escape leaves them. */
export function arrowKeys({ rows, present, onMark, onOpen }: ArrowKeysOptions) {
  const at = present === undefined ? -1 : rows.indexOf(present)
  return {
    role: 'group',
    tabIndex: 0,
    onBlur: () => onMark(undefined),
    onKeyDown: (event: KeyboardEvent) => {
      const place = placeAfter(event.key, at, rows.length)
      if (place !== undefined) {
        event.preventDefault()
        onMark(rows[place])
      } else if (at !== -1 && event.key === 'Escape') {
        onMark(undefined)
      } else if (at !== -1 && event.key === 'Enter') {
        onOpen?.(rows[at] ?? 0)
      }
    },
  }
}

function placeAfter(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(at + 1, count - 1)
    case 'ArrowLeft':
    case 'ArrowUp':
      return at === -1 ? count - 1 : Math.max(at - 1, 0)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
