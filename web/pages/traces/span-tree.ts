import type { SpanLine } from '#contract'

export interface TreeSpan {
  readonly span: SpanLine
  readonly depth: number
  /** How many spans stand under it, at any depth. */
  readonly below: number
}

/**
 * Spans as a tree, each under the one that began it, by time. A span whose parent is not there stands at the top, and so does one
 * of a ring. Thousands deep is no matter: nothing recurses.
 */
export function spanTree(spans: readonly SpanLine[]): readonly TreeSpan[] {
  const known = new Set(spans.map((span) => span.id))
  const childrenOf = Map.groupBy(spans, (span) =>
    span.parent !== undefined && known.has(span.parent) && span.parent !== span.id
      ? span.parent
      : '',
  )
  const lines: { span: SpanLine; depth: number; below: number }[] = []
  const placed = new Set<string>()
  const place = (roots: readonly SpanLine[]): void => {
    const waiting = roots.toReversed().map((span) => ({ span, depth: 0 }))
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { span, depth } = next
      if (placed.has(span.id)) continue
      placed.add(span.id)
      lines.push({ span, depth, below: 0 })
      for (const child of (childrenOf.get(span.id) ?? []).toReversed()) {
        waiting.push({ span: child, depth: depth + 1 })
      }
    }
  }
  place(childrenOf.get('') ?? [])
  for (const span of spans) if (!placed.has(span.id)) place([span])
  countBelow(lines)
  return lines
}

/** From the last line up: what is deeper and follows stands under the nearest line above it that is less deep. */
function countBelow(lines: { depth: number; below: number }[]): void {
  const open: { depth: number; index: number }[] = []
  const close = (depth: number, end: number): void => {
    for (let top = open.at(-1); top !== undefined && top.depth >= depth; top = open.at(-1)) {
      const line = lines[top.index]
      if (line !== undefined) line.below = end - top.index - 1
      open.pop()
    }
  }
  for (const [index, line] of lines.entries()) {
    close(line.depth, index)
    open.push({ depth: line.depth, index })
  }
  close(0, lines.length)
}

/** The lines in sight: what stands under a closed span is left out. */
export function openLines(
  lines: readonly TreeSpan[],
  closed: ReadonlySet<string>,
): readonly TreeSpan[] {
  const shown: TreeSpan[] = []
  for (let index = 0; index < lines.length;) {
    const line = lines[index]
    if (line === undefined) break
    shown.push(line)
    index += closed.has(line.span.id) ? line.below + 1 : 1
  }
  return shown
}
