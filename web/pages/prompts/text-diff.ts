export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/**
 * The lines that turn one text into another, by a longest common subsequence over what lies between the common beginning and end.
 * Texts of n and m differing lines take n·m steps, so very long ones are told apart as a whole.
 */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1
  let end = 0
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  ) {
    end += 1
  }
  return [
    ...old.slice(0, start).map(same),
    ...between(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(same),
  ]
}

const mostSteps = 4_000_000

function between(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  const [n, m] = [old.length, now.length]
  if (n * m > mostSteps) return [...old.map(removed), ...now.map(added)]
  // longest[i * (m + 1) + j]: of the lines from i and from j on.
  const longest = new Uint32Array((n + 1) * (m + 1))
  const at = (i: number, j: number): number => longest[i * (m + 1) + j] ?? 0
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      longest[i * (m + 1) + j] =
        old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < n || j < m) {
    if (i < n && j < m && old[i] === now[j]) {
      lines.push(same(old[i] ?? ''))
      i += 1
      j += 1
    } else if (j >= m || (i < n && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(old[i] ?? ''))
      i += 1
    } else {
      lines.push(added(now[j] ?? ''))
      j += 1
    }
  }
  return lines
}

function same(text: string): DiffLine {
  return { kind: 'same', text }
}

function added(text: string): DiffLine {
  return { kind: 'added', text }
}

function removed(text: string): DiffLine {
  return { kind: 'removed', text }
}
