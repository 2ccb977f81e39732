/** `, did you mean outs` for `out`: the known word that the fewest changed letters lead to, where they are few; else nothing. */
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

/** How many letters must change to make one word the other. */
function apart(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [row, letter] of [...a].entries()) {
    const now = [row + 1]
    for (const [at, other] of [...b].entries()) {
      const change = (before[at] ?? 0) + (letter === other ? 0 : 1)
      now.push(Math.min((before[at + 1] ?? 0) + 1, (now[at] ?? 0) + 1, change))
    }
    before = now
  }
  return before.at(-1) ?? 0
}
