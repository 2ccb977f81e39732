/** Things that belong together because something joins them, directly or through others. */
export interface Groups {
  join(a: string, b: string): void
  /** The name that all of a group share. */
  find(name: string): string
}

/** References: Galler, Fischer (1964), An improved equivalence algorithm. */
export function groups(): Groups {
  const above = new Map<string, string>()
  const find = (name: string): string => {
    let here = name
    for (let next = above.get(here); next !== undefined; next = above.get(here)) here = next
    if (here !== name) above.set(name, here)
    return here
  }
  return {
    find,
    join(a, b) {
      const [one, other] = [find(a), find(b)]
      if (one !== other) above.set(other, one)
    },
  }
}
