import { floatText } from './python-text.ts'
import { isList, isMap, type Value, type ValueMap } from './value.ts'
import { foldPlain, keyText, scalarText } from './yaml-scalar.ts'

/**
 * A map as DVC's YAML writer lays it out: two spaces a level, sequences not indented under their key, null as nothing, lines
 * folded at 80 columns. Compared with the writer's own output in the tests.
 */
export function writeYaml(map: ValueMap, indent = 0): string {
  const lines: string[] = []
  writeMap(map, indent, lines, '')
  return lines.join('')
}

/** `lead` stands in front of the first line in place of its indentation (the `- ` of a list item). */
function writeMap(map: ValueMap, indent: number, lines: string[], lead: string): void {
  let start = lead === '' ? ' '.repeat(indent) : lead
  for (const [key, value] of map) {
    const name = keyText(key, indent)
    const head = `${start}${name}`
    const column = name.startsWith('? ') ? indent + 2 : Array.from(head).length + 1
    start = ' '.repeat(indent)
    if (isMap(value) && value.size > 0) {
      lines.push(`${head}\n`)
      writeMap(value, indent + 2, lines, '')
    } else if (isList(value) && value.length > 0) {
      lines.push(`${head}\n`)
      writeList(value, indent, lines, '')
    } else {
      const text = inline(value, indent + 2, column)
      lines.push(text === '' ? `${head}\n` : `${head} ${text}\n`)
    }
  }
}

function writeList(list: readonly Value[], indent: number, lines: string[], lead: string): void {
  let start = lead === '' ? ' '.repeat(indent) : lead
  for (const value of list) {
    const head = `${start}- `
    start = ' '.repeat(indent)
    if (isMap(value) && value.size > 0) writeMap(value, indent + 2, lines, head)
    else if (isList(value) && value.length > 0) writeList(value, indent + 2, lines, head)
    else {
      const text = inline(value, indent + 2, indent + 2)
      lines.push(`${head}${text}\n`)
    }
  }
}

function inline(value: Value, indent: number, column: number): string {
  if (value === null) return ''
  if (typeof value === 'string') return scalarText(value, indent, column)
  if (typeof value === 'number') return foldPlain(yamlFloat(value), indent, column)
  if (typeof value === 'bigint') return foldPlain(value.toString(), indent, column)
  if (isMap(value)) return '{}'
  return isList(value) ? '[]' : value.toString()
}

function yamlFloat(value: number): string {
  return Number.isFinite(value) ? floatText(value) : floatText(value).replace(/(inf|nan)/, '.$1')
}
