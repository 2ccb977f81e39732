import { integerBelow, type Random } from '#stats'

/** What breaks readers: signs of YAML, JSON, TOML and Python, odd characters, numbers at the edge, and deep nesting. */
const pieces = [
  ...[': ', '- ', '? ', '\t', '\n', '\r\n', '\n\n', ' ', '  ', '{', '}', '[', ']', ',', '"', "'"],
  ...[
    '|\n',
    '>-\n',
    '&a ',
    '*a',
    '*b',
    '<<: *a',
    '!!str ',
    '!!python/object:x ',
    '!t ',
    '%YAML 1.1\n',
  ],
  ...[
    '---\n',
    '...\n',
    '#',
    ' #',
    '@',
    '`',
    '${',
    '${a',
    '${a.b[0]}',
    '${item}',
    '\\${',
    '}}',
    '=',
  ],
  ...[
    'null',
    '~',
    'true',
    'yes',
    '0x1f',
    '0o17',
    '1_000',
    '.inf',
    '.nan',
    '-0.0',
    '1e999',
    '2024-01-01',
  ],
  ...['9'.repeat(400), '-1', '""', "''", '[[', ']]', 'class A:\n', 'def f(', 'x = (', "'''", '"""'],
  ...[
    '\u0000',
    '\ufeff',
    '\u2028',
    '\u0085',
    '\ud800',
    '\u{1F600}',
    'é',
    '\x7f',
    '\\',
    '/',
    '..',
    '../..',
  ],
  ...[
    '__proto__',
    'constructor',
    'foreach',
    'matrix',
    'do',
    'cmd',
    'deps',
    'outs',
    'path',
    'md5',
    'stages',
  ],
  ...['['.repeat(2000), '{'.repeat(2000), '- '.repeat(2000), 'a: {'.repeat(500)],
] as const

/** A text with one to four changes, each drawn from the ways in which files go wrong. */
export function mutated(text: string, random: Random): string {
  let result = text
  for (let left = 1 + integerBelow(4, random); left > 0; left -= 1) result = once(result, random)
  return result
}

function once(text: string, random: Random): string {
  const at = integerBelow(text.length + 1, random)
  const length = integerBelow(1 + Math.min(40, text.length - at), random)
  const piece = pieces[integerBelow(pieces.length, random)] ?? ''
  const lines = text.split('\n')
  const line = integerBelow(lines.length, random)
  switch (integerBelow(8, random)) {
    case 0:
      return text.slice(0, at) + piece + text.slice(at)
    case 1:
      return text.slice(0, at) + text.slice(at + length)
    case 2:
      return text.slice(0, at) + text.slice(at, at + length) + text.slice(at)
    case 3:
      return text.slice(0, at) + String.fromCharCode(integerBelow(256, random)) + text.slice(at + 1)
    case 4:
      return text.slice(0, at)
    case 5:
      return [...lines.slice(0, line), ...lines.slice(line + 1)].join('\n')
    case 6:
      return [...lines.slice(0, line), ` ${lines[line]}`, ...lines.slice(line + 1)].join('\n')
    default:
      return [
        ...lines.slice(0, line),
        (lines[line] ?? '').replace(/[^\s:]+$/, piece),
        ...lines.slice(line + 1),
      ].join('\n')
  }
}
