import type { Document } from 'yaml'
import { floatText } from './python-text.ts'
import { invalid, type Place } from './invalid.ts'
import { yamlLibrary } from './libraries.ts'
import { refuseMergeMarks } from './merge-marks.ts'
import { readPlainYaml } from './read-plain-yaml.ts'
import { floatOf, intOf, scalarKind } from './scalar-kinds.ts'
import type { Value } from './value.ts'
import { yamlProblem } from './yaml-problem.ts'

export interface YamlFile {
  readonly value: Value
  /** Where the value under these keys stands; of a key itself with `'key'`. The nearest place above when there is none. */
  place(keys: readonly (string | number)[], what?: 'key' | 'value'): Place
}

/**
 * Reads YAML 1.2 as DVC does, ints apart from floats. Errors: `pipeline_invalid` with file, line and column, also for dates
 * that are not quoted: no file of DVC's can carry one.
 */
export function readYaml(text: string, file: string): YamlFile {
  const value = readPlainYaml(text)
  if (value === undefined) return readFully(text, file)
  // the plain reader keeps no places; they are found when an error needs one
  let full: YamlFile | undefined
  return { value, place: (keys, what) => (full ??= readFully(text, file)).place(keys, what) }
}

function readFully(text: string, file: string): YamlFile {
  const { isAlias, isMap, isScalar, isSeq, parseDocument, LineCounter } = yamlLibrary()
  const lines = new LineCounter()
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    // checked below: the library compares each key with each, a second for 5,000 stages
    uniqueKeys: false,
    stringKeys: false,
  })
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const [problem] = document.errors
  if (problem) {
    const [offset] = problem.pos
    refuseMergeMarks(text, file)
    throw invalid(file, at(offset), yamlProblem(problem, text))
  }
  let aliases = 0
  const convert = (node: unknown): Value => {
    if (node === null || node === undefined) return null
    if (isAlias(node)) {
      aliases += 1
      if (aliases > 10_000) throw invalid(file, at(node.range?.[0] ?? 0), 'too many aliases')
      return convert(node.resolve(document))
    }
    if (isMap(node)) {
      const map = new Map<string, Value>()
      const merged: Value[] = []
      for (const pair of node.items) {
        const place = offsetOf(pair.key)
        const plainKey = isScalar(pair.key) && pair.key.type === 'PLAIN' ? pair.key.value : ''
        if (plainKey === '<<') {
          const source = convert(pair.value)
          merged.push(...(Array.isArray(source) ? source : [source]))
          continue
        }
        const key = keyOf(convert(pair.key))
        if (key === undefined) throw invalid(file, at(place), 'a key must be a scalar')
        if (map.has(key)) throw invalid(file, at(place), `the key '${key}' is given twice`)
        map.set(key, convert(pair.value))
      }
      return withMerged(map, merged, () =>
        invalid(file, at(offsetOf(node)), 'only maps can be merged'),
      )
    }
    if (isSeq(node)) return node.items.map(convert)
    if (!isScalar(node)) return null
    const source = typeof node.value === 'string' ? node.value : ''
    if (node.tag === 'tag:yaml.org,2002:str' || node.type !== 'PLAIN') {
      return node.type === undefined ? null : source
    }
    switch (scalarKind(source)) {
      case 'null':
        return null
      case 'bool':
        return source.toLowerCase() === 'true'
      case 'int':
        return intOf(source) ?? source
      case 'float':
        return floatOf(source)
      case 'timestamp':
        throw invalid(
          file,
          at(offsetOf(node)),
          `${source} reads as a date, which DVC's files cannot hold; write it in quotes`,
        )
      case 'merge':
      case 'value':
      case 'str':
        return source
    }
  }
  return { value: convert(document.contents), place: placesOf(document, at) }
}

function withMerged(map: Map<string, Value>, sources: readonly Value[], wrong: () => Error): Value {
  if (sources.length === 0) return map
  const all = new Map<string, Value>(map)
  for (const source of sources) {
    if (!(source instanceof Map)) throw wrong()
    for (const [key, value] of source) if (!all.has(key)) all.set(key, value)
  }
  return all
}

function keyOf(value: Value): string | undefined {
  if (typeof value === 'string') return value
  if (value === null) return 'null'
  if (typeof value === 'number') return floatText(value)
  return typeof value === 'bigint' || typeof value === 'boolean' ? value.toString() : undefined
}

function offsetOf(node: unknown): number {
  if (typeof node !== 'object' || node === null || !('range' in node)) return 0
  return Array.isArray(node.range) ? Number(node.range[0]) : 0
}

function placesOf(document: Document, at: (offset: number) => Place): YamlFile['place'] {
  const { isAlias, isMap, isScalar, isSeq } = yamlLibrary()
  return (keys, what = 'value') => {
    let node: unknown = document.contents
    let offset = offsetOf(node)
    for (const [index, key] of keys.entries()) {
      if (isAlias(node)) node = node.resolve(document)
      if (isMap(node)) {
        const pair = node.items.find(
          ({ key: name }) => isScalar(name) && String(name.value) === String(key),
        )
        if (!pair) break
        const last = index === keys.length - 1
        node = pair.value
        offset = last && what === 'key' ? offsetOf(pair.key) : offsetOf(pair.value ?? pair.key)
      } else if (isSeq(node)) {
        node = node.items[Number(key)]
        if (node === undefined) break
        offset = offsetOf(node)
      } else break
    }
    return at(offset)
  }
}
