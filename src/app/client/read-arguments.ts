/** `--lr 0.1`, `--lr=0.1` and `--fast` as params; what has no name is left out. */
export function readArguments(args: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (let i = 0; i < args.length; i++) {
    const [, name, given] = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(args[i] ?? '') ?? []
    if (name === undefined) continue
    const next = args[i + 1]
    const isValue = next !== undefined && !/^--?[A-Za-z]/.test(next)
    if (given !== undefined) found[name] = given
    else if (isValue) found[name] = args[++i] ?? ''
    else found[name] = 'true'
  }
  return found
}
