/** What a token is now, as a colour a canvas understands. */
export function resolveColor(token: string, root: HTMLElement = document.body): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${token})`
  probe.hidden = true
  root.append(probe)
  const color = getComputedStyle(probe).color
  probe.remove()
  return color
}

export const seriesCount = 8

/** The token of a series, counted from 0; after eight they repeat. */
export function seriesToken(index: number): string {
  return `--series-${(index % seriesCount) + 1}`
}
