interface Line {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

/** One edit of a text: what is the same at both ends, and between them what went and what came. */
export function changedLines(before: string, after: string): readonly Line[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++
  let end = 0
  const left = Math.min(a.length, b.length) - start
  while (end < left && a.at(-1 - end) === b.at(-1 - end)) end++
  const marked = (mark: Line['mark'], lines: readonly string[]): Line[] =>
    lines.map((text) => ({ mark, text }))
  return [
    ...marked(' ', a.slice(0, start)),
    ...marked('-', a.slice(start, a.length - end)),
    ...marked('+', b.slice(start, b.length - end)),
    ...marked(' ', a.slice(a.length - end)),
  ]
}
