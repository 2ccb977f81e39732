/** Brings a line of a list, whose lines are all as high, into sight, and moves no further than that. */
export function scrollToLine(list: HTMLElement | null, line: number, linePx: number): void {
  if (list === null) return
  const top = line * linePx
  if (top < list.scrollTop) list.scrollTop = top
  else if (top + linePx > list.scrollTop + list.clientHeight) {
    list.scrollTop = top + linePx - list.clientHeight
  }
}
