import type { Node, Pair, YAMLMap } from 'yaml'
import { yamlLibrary } from '../values/libraries.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, valuesIdentical, type Value, type ValueMap } from '../values/value.ts'
import { writeYaml } from '../values/write-yaml.ts'

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * The text of a `.dvc` file that says what is wanted, where only values that differ are written anew; comments and every other byte
 * stay. `undefined` when it is not laid out so that lines can be changed by themselves.
 */
export function editDataFile(text: string, wanted: ValueMap): string | undefined {
  const { contents } = yamlLibrary().parseDocument(text)
  const present = readYaml(text, '.dvc').value
  const edits: Edit[] = []
  if (!collect(text, contents, present, wanted, edits)) return undefined
  let [edited, at] = ['', 0]
  for (const { start, end, text: fresh } of edits.toSorted((a, b) => a.start - b.start)) {
    edited += text.slice(at, start) + fresh
    at = Math.max(at, end)
  }
  edited += text.slice(at)
  return valuesIdentical(readYaml(edited, '.dvc').value, wanted) ? edited : undefined
}

/** The edits of one node; whether it can be edited line by line. */
function collect(
  text: string,
  node: unknown,
  present: Value,
  wanted: Value,
  edits: Edit[],
): boolean {
  const library = yamlLibrary()
  if (valuesIdentical(present, wanted)) return true
  if (library.isScalar(node)) {
    const fresh = scalarOf(wanted)
    if (fresh === undefined || !isOneLine(text, node)) return false
    const [start = 0, end = 0] = node.range ?? []
    edits.push({ start, end, text: fresh })
    return true
  }
  if (library.isSeq(node) && isList(present) && isList(wanted)) {
    if (node.flow === true || present.length !== wanted.length) return false
    return wanted.every((value, at) =>
      collect(text, node.items[at], present[at] ?? null, value, edits),
    )
  }
  if (!library.isMap(node) || !isMap(present) || !isMap(wanted) || node.flow === true) return false
  return collectMap(text, node, present, wanted, edits)
}

function collectMap(
  text: string,
  map: YAMLMap,
  present: ValueMap,
  wanted: ValueMap,
  edits: Edit[],
): boolean {
  const { isScalar } = yamlLibrary()
  const pairs = new Map(map.items.map((pair) => [isScalar(pair.key) ? pair.key.value : '', pair]))
  for (const [key, value] of present) {
    const pair = pairs.get(key)
    if (!pair) return false
    if (wanted.has(key)) {
      if (!collect(text, pair.value, value, wanted.get(key) ?? null, edits)) return false
    } else {
      const [start, end] = linesOf(text, pair)
      // what stands behind a dash of a list does not go by itself
      if (start === undefined || end === undefined) return false
      edits.push({ start, end, text: '' })
    }
  }
  const names = [...wanted.keys()]
  for (const [at, key] of names.entries()) {
    if (present.has(key)) continue
    const before = names.slice(0, at).findLast((name) => present.has(name))
    const after = names.slice(at + 1).find((name) => present.has(name))
    const behind = linesOf(text, pairs.get(before ?? ''))[1]
    const place = behind ?? linesOf(text, pairs.get(after ?? ''))[0]
    const [, first] = columnOf(text, map.items[0])
    if (place === undefined || first === undefined) return false
    const fresh = writeYaml(new Map([[key, wanted.get(key) ?? null]]), first)
    edits.push({ start: place, end: place, text: `${' '.repeat(first)}${fresh.trimStart()}` })
  }
  return true
}

/** Where the line of a pair begins, if nothing is before it, and the next one, if its value ends in the same line. */
function linesOf(
  text: string,
  pair: Pair | undefined,
): readonly [number | undefined, number | undefined] {
  if (!pair) return [undefined, undefined]
  const [begin, column] = columnOf(text, pair)
  if (begin === undefined || column === undefined) return [undefined, undefined]
  const alone = text.slice(begin, begin + column).trim() === ''
  const line = text.indexOf('\n', begin)
  const ends = yamlLibrary().isScalar(pair.value) && isOneLine(text, pair.value) && line !== -1
  return [alone ? begin : undefined, ends ? line + 1 : undefined]
}

/** Where the line of a pair's key begins, and the key's column. */
function columnOf(
  text: string,
  pair: Pair | undefined,
): readonly [number | undefined, number | undefined] {
  const { isScalar } = yamlLibrary()
  const start = isScalar(pair?.key) ? pair.key.range?.[0] : undefined
  if (start === undefined) return [undefined, undefined]
  const begin = text.lastIndexOf('\n', start) + 1
  return [begin, start - begin]
}

function isOneLine(text: string, { range }: Node): boolean {
  const source = range ? text.slice(range[0], range[1]) : ''
  return source !== '' && !source.includes('\n')
}

/** A single value as it is written; `undefined` for what takes more than a line. */
function scalarOf(value: Value): string | undefined {
  if (value === null || isMap(value) || isList(value)) return undefined
  const written = writeYaml(new Map([['k', value]])).slice('k: '.length, -1)
  return written.includes('\n') ? undefined : written
}
