export interface DiffLine {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

/** Past this many pairs of lines the middle is told as all gone and all new, which is still true. */
const mostPairs = 4_000_000

/**
 * How one text becomes another, line by line, with as many lines kept as can be.
 *
 * References: Hunt and McIlroy (1976), An algorithm for differential file comparison (the longest common subsequence, by table).
 */
export function diffLines(from: string, to: string): readonly DiffLine[] {
  const [a, b] = [from.split('\n'), to.split('\n')]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end))
    end++
  const kept = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ mark: ' ', text }))
  return [
    ...kept(a.slice(0, start)),
    ...diffMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...kept(a.slice(a.length - end)),
  ]
}

function diffMiddle(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const gone = (text: string): DiffLine => ({ mark: '-', text })
  const fresh = (text: string): DiffLine => ({ mark: '+', text })
  if (a.length * b.length > mostPairs) return [...a.map(gone), ...b.map(fresh)]
  const width = b.length + 1
  /** The most lines that can be kept of what is from i and from j on. */
  const most = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number): number => most[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      most[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [old = '', next = ''] = [a[i], b[j]]
    if (i < a.length && j < b.length && old === next) {
      lines.push({ mark: ' ', text: old })
      i++
      j++
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(gone(old))
      i++
    } else {
      lines.push(fresh(next))
      j++
    }
  }
  return lines
}
