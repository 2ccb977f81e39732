/**
 * Arguments as a shell would read them from a line, and nothing more: words apart by spaces, quotes and backslashes as everywhere,
 * while `$`, `*`, `;` and their like stand for themselves. Undefined where a quote is not closed.
 */
export function splitArguments(text: string): readonly string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let quote: string | undefined
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] ?? ''
    if (sign === '\\' && quote !== "'") {
      const next = text[i + 1]
      if (next === undefined) return undefined
      const isPlain = quote === '"' && next !== '"' && next !== '\\'
      word = `${word ?? ''}${isPlain ? sign : ''}${next}`
      i++
    } else if (sign === quote) {
      quote = undefined
    } else if (quote === undefined && (sign === "'" || sign === '"')) {
      quote = sign
      word ??= ''
    } else if (quote === undefined && /\s/.test(sign)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = `${word ?? ''}${sign}`
    }
  }
  if (quote !== undefined) return undefined
  return word === undefined ? words : [...words, word]
}

/** A line that a shell, and `splitArguments`, reads as these arguments. */
export function joinArguments(words: readonly string[]): string {
  return words
    .map((word) =>
      /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
    )
    .join(' ')
}
