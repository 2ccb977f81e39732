import type { YAMLError } from 'yaml'

/** What is wrong with a YAML file, and what to do, for the mistakes that are made most; the library's sentence for others. */
export function yamlProblem({ code, message, pos }: YAMLError, text: string): string {
  const [offset] = pos
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  const inFlow = message.startsWith('Missing , or :')
  if (inFlow && before.endsWith('$') && text[offset] === '{')
    return 'between [ ] and { } a text with ${…} has to be in quotes'
  if (inFlow) return 'a comma or a colon is missing between [ ] or { }'
  if (code === 'TAB_AS_INDENT') return 'a tab indents this line; YAML takes blanks only'
  if (code === 'BLOCK_AS_IMPLICIT_KEY') {
    const [line = ''] = text.slice(offset).split('\n', 1)
    return /:(?:\s|$)/.test(line) && before.trim() !== ''
      ? 'a second “: ” on the line: put all that follows the first in quotes'
      : 'the line below stands further to the right than the keys beside it, and so belongs to this value'
  }
  if (code === 'MULTILINE_IMPLICIT_KEY' || message.includes('need to be followed by map values'))
    return 'this is no “key: value”: a colon is missing, or the blank behind it'
  if (code === 'BAD_INDENT' && message.startsWith('All '))
    return 'this line begins in another column than those it belongs to'
  if (code === 'UNEXPECTED_TOKEN' && message.endsWith('at node end'))
    return 'something follows the end of the value: put the whole of it in quotes, once'
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; the file may hold one'
  return message.split('\n')[0] ?? message
}
