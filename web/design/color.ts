/** What a token is now, as a colour a canvas understands. */
export function resolveColor(token: string): string {
  return computed(`var(${token})`)
}

/** The same with so many per cent of it, for what lies under a line. */
export function resolveFaint(token: string, percent: number): string {
  return computed(`color-mix(in srgb, var(${token}) ${percent}%, transparent)`)
}

function computed(css: string): string {
  const probe = document.createElement('span')
  probe.style.color = css
  probe.hidden = true
  document.body.append(probe)
  const color = getComputedStyle(probe).color
  probe.remove()
  return color
}

export const seriesCount = 8

/** The token of a series, counted from 0; after eight they repeat. */
export function seriesToken(index: number): string {
  return `--series-${(index % seriesCount) + 1}`
}
