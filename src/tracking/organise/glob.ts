/**
 * Whether a name fits a pattern in which `*` stands for any text. The parts between the stars are looked for in order, each as early as
 * it comes: an engine that tries one way after the other would be busy for hours with a few stars and a long name.
 */
export function globOf(pattern: string): (name: string) => boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return (name) => name === pattern
  return (name) => {
    if (!name.startsWith(first)) return false
    let at = first.length
    for (const part of rest) {
      const found = name.indexOf(part, at)
      if (found === -1) return false
      at = found + part.length
    }
    return name.length - last.length >= at && name.endsWith(last)
  }
}
