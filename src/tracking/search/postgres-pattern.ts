/** What `\d`, `\w` and `\s` stand for here; PostgreSQL asks the database's locale. */
const classes: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'a-zA-Z0-9_',
  s: ' \\t\\n\\v\\f\\r',
}

/**
 * A pattern that `linearPattern` takes as shared, in PostgreSQL's words: there `.` is a line break too, and a letter is what the
 * locale says.
 */
export function postgresPattern(pattern: string): string {
  let isSet = false
  return pattern.replace(/\\.|\[\^?\]?|[\].]/gsu, (sign) => {
    if (sign.startsWith('\\')) return escaped(sign, isSet)
    if (sign === '.') return isSet ? '.' : '[^\\n]'
    // A bracket that closes is a letter where it comes first.
    isSet = isSet ? !sign.endsWith(']') : sign.startsWith('[')
    return sign
  })
}

function escaped(sign: string, isSet: boolean): string {
  const letter = sign.slice(1)
  const known = classes[letter.toLowerCase()]
  if (known === undefined) return sign
  if (isSet) return known
  return letter === letter.toLowerCase() ? `[${known}]` : `[^${known}]`
}
