import type { YAMLMap } from 'yaml'
import { yamlLibrary } from '../values/libraries.ts'

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What is to stand in one map of a `.dvc` file, as it is written there; `undefined` for a key that goes. */
export type ScalarFields = ReadonlyMap<string, string | undefined>

/**
 * The text of a `.dvc` file with other values in its outputs, each by its path, and at its top; comments and every other byte stay.
 * `undefined` when it is not laid out so that lines can be changed by themselves.
 */
export function editDataFile(
  text: string,
  outs: ReadonlyMap<string, ScalarFields>,
  top: ScalarFields,
): string | undefined {
  const { isMap, isSeq, parseDocument } = yamlLibrary()
  const { contents } = parseDocument(text)
  if (!isMap(contents)) return undefined
  const list = contents.get('outs')
  if (!isSeq(list) || list.items.length !== outs.size) return undefined
  const edits: Edit[] = []
  for (const item of list.items) {
    const fields = isMap(item) ? outs.get(String(item.get('path'))) : undefined
    if (!isMap(item) || !fields || !collect(text, item, fields, edits)) return undefined
  }
  if (!collect(text, contents, top, edits)) return undefined
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce(
      (all, { start, end, text: fresh }) => all.slice(0, start) + fresh + all.slice(end),
      text,
    )
}

/** The edits of one map; whether it can be edited line by line. */
function collect(text: string, map: YAMLMap, fields: ScalarFields, edits: Edit[]): boolean {
  const { isScalar } = yamlLibrary()
  if (map.flow === true) return fields.size === 0
  let last: { readonly indent: number; readonly end: number } | undefined
  for (const [key, wanted] of fields) {
    const pair = map.items.find((each) => isScalar(each.key) && each.key.value === key)
    if (!pair) {
      if (wanted === undefined) continue
      if (!last) return false
      edits.push({
        start: last.end,
        end: last.end,
        text: `${' '.repeat(last.indent)}${key}: ${wanted}\n`,
      })
      continue
    }
    if (!isScalar(pair.key) || !isScalar(pair.value)) return false
    const [name, value] = [pair.key.range, pair.value.range]
    if (!name || !value) return false
    const begin = text.lastIndexOf('\n', name[0]) + 1
    const line = text.indexOf('\n', value[1])
    if (line === -1) return false
    const isFirst = text.slice(begin, name[0]).trim() !== ''
    if (wanted === undefined) {
      if (isFirst) return false
      edits.push({ start: begin, end: line + 1, text: '' })
      continue
    }
    edits.push({ start: value[0], end: value[1], text: wanted })
    last = { indent: name[0] - begin, end: line + 1 }
  }
  return true
}
