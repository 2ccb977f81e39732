/** `, did you mean outs` for `out`: the known word that the fewest changed or swapped letters lead to, where they are few; else nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  let nearest: string | undefined
  let least = Math.min(2, Math.max(1, Math.floor(word.length / 3)))
  for (const each of known) {
    if (Math.abs(each.length - word.length) > least) continue
    const distance = apart(word, each)
    if (distance > least || (distance === least && nearest !== undefined)) continue
    least = distance
    nearest = each
  }
  return nearest === undefined ? '' : `, did you mean ${nearest}`
}

/** How many letters must change, come, go or swap with their neighbour to make one word the other. */
function apart(a: string, b: string): number {
  let earlier: readonly number[] = []
  let before = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let row = 1; row <= a.length; row++) {
    const now = [row]
    for (let at = 1; at <= b.length; at++) {
      const change = (before[at - 1] ?? 0) + (a[row - 1] === b[at - 1] ? 0 : 1)
      const swapped = a[row - 1] === b[at - 2] && a[row - 2] === b[at - 1]
      const swap = swapped ? (earlier[at - 2] ?? 0) + 1 : Infinity
      now.push(Math.min((before[at] ?? 0) + 1, (now[at - 1] ?? 0) + 1, change, swap))
    }
    earlier = before
    before = now
  }
  return before.at(-1) ?? 0
}
