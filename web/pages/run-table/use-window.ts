import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

export interface Window {
  /** The lines drawn: from `first` up to `last`, not included. */
  readonly first: number
  readonly last: number
  /** How far it is scrolled sideways, and how wide it is. */
  readonly left: number
  readonly width: number
  /** Whether lines pass faster than anybody reads; then they are drawn as bars. */
  readonly fast: boolean
}

export const lineHeight = 34

/** Lines are drawn so many at a time, so that most frames of a scroll change nothing. */
const step = 8
const sideStep = 160
/** A scroll is fast from where this share of the box passes in a frame to where it is down to the second, or has rested so long. */
const fastFrom = 0.6
const fastTo = 0.15
const restMs = 80

/** Which part of a scrolled box is in sight, in steps. */
export function useWindow(
  box: RefObject<HTMLElement | null>,
  count: number,
  lineHeight: number,
): Window {
  const [seen, setSeen] = useState<Window>({
    first: 0,
    last: 40,
    left: 0,
    width: 1200,
    fast: false,
  })
  const latest = useRef(seen)
  const last = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const look = useCallback(() => {
    const element = box.current
    if (element === null) return
    const at = `${element.scrollLeft}px`
    if (element.style.getPropertyValue('--held-at') !== at) {
      element.style.setProperty('--held-at', at)
    }
    const moved = Math.abs(element.scrollTop - last.current)
    last.current = element.scrollTop
    const fast = moved > element.clientHeight * (latest.current.fast ? fastTo : fastFrom)
    if (fast) {
      clearTimeout(timer.current)
      timer.current = setTimeout(look, restMs)
    }
    const from = Math.floor(element.scrollTop / lineHeight / step) * step
    const lines = Math.ceil(element.clientHeight / lineHeight)
    const first = Math.max(0, from - step)
    const end = Math.min(count, from + lines + 2 * step)
    const left = Math.floor(element.scrollLeft / sideStep) * sideStep
    const width = element.clientWidth
    const before = latest.current
    if (
      before.first === first &&
      before.last === end &&
      before.fast === fast &&
      before.left === left &&
      before.width === width
    ) {
      return
    }
    latest.current = { first, last: end, left, width, fast }
    setSeen(latest.current)
  }, [box, count, lineHeight])
  useLayoutEffect(look, [look])
  useEffect(() => {
    const element = box.current
    if (element === null) return
    element.addEventListener('scroll', look, { passive: true })
    const resize = new ResizeObserver(look)
    resize.observe(element)
    return () => {
      element.removeEventListener('scroll', look)
      clearTimeout(timer.current)
      resize.disconnect()
    }
  }, [box, look])
  return seen
}

export interface ColumnWindow {
  readonly from: number
  readonly to: number
  readonly before: number
  readonly after: number
}

/** Which of the columns beside the pinned ones are in sight. */
export function columnWindow(widths: readonly number[], left: number, width: number): ColumnWindow {
  let at = 0
  let from = 0
  while (from < widths.length && at + (widths[from] ?? 0) < left - sideStep) {
    at += widths[from] ?? 0
    from += 1
  }
  const before = at
  let to = from
  while (to < widths.length && at < left + width + 2 * sideStep) {
    at += widths[to] ?? 0
    to += 1
  }
  const after = widths.slice(to).reduce((sum, each) => sum + each, 0)
  return { from, to, before, after }
}
