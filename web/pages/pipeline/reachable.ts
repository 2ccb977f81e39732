interface Edge {
  readonly from: string
  readonly to: string
}

/** A box with all that it needs and all that needs it, directly or not; `undefined` when none is chosen. */
export function reachable(
  edges: readonly Edge[],
  chosen: string | undefined,
): ReadonlySet<string> | undefined {
  if (chosen === undefined) return undefined
  const found = new Set([chosen])
  for (const [near, far] of [
    ['from', 'to'],
    ['to', 'from'],
  ] as const) {
    const next = new Map<string, string[]>()
    for (const edge of edges) {
      const list = next.get(edge[near])
      if (list) list.push(edge[far])
      else next.set(edge[near], [edge[far]])
    }
    const way = new Set([chosen])
    for (const each of way) for (const to of next.get(each) ?? []) way.add(to)
    for (const each of way) found.add(each)
  }
  return found
}
