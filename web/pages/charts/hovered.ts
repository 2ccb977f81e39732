import { useEffect, useRef } from 'react'

type Listener = (row: number | undefined) => void

/** The run under the pointer, in whichever chart or line of the table: all of them mark it. No page is drawn again for it. */
function makeHovered() {
  const listeners = new Set<Listener>()
  let present: number | undefined
  return {
    get: () => present,
    set(row: number | undefined): void {
      if (row === present) return
      present = row
      for (const listener of listeners) listener(row)
    },
    listen(listener: Listener): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

export const hovered = makeHovered()

/** Calls `listener` as another run comes under the pointer. */
export function useHovered(listener: Listener): void {
  const latest = useRef(listener)
  useEffect(() => {
    latest.current = listener
  })
  useEffect(() => hovered.listen((row) => latest.current(row)), [])
}
