import { didYouMean } from '../near-word.ts'
import { flatValues } from '../values/flat-values.ts'
import { floatText, reprText, shellQuote } from '../values/python-text.ts'
import { isList, isMap, pathsIn, valueAt, type Value, type ValueMap } from '../values/value.ts'

/** A template that cannot be resolved; the reader of the file adds the place. */
export class TemplateError extends Error {}

/** How `${map}` in a command is spelled out: DVC's configuration section `parsing`. */
export interface UnpackStyle {
  readonly bool: 'store_true' | 'boolean_optional'
  readonly list: 'nargs' | 'append'
}

export const defaultUnpackStyle: UnpackStyle = { bool: 'store_true', list: 'nargs' }

const reference = /(?<!\\)\$\{(.*?)\}/g

export function hasReference(text: string): boolean {
  return text.search(reference) !== -1
}

/**
 * Resolves `${…}` in every key and text of `source`. `section` is the key of the stage it stands under (`cmd`, `outs`, …), which
 * decides what a list or a map may turn into; `undefined` allows both. Throws TemplateError.
 */
export function interpolate(
  source: Value,
  context: ValueMap,
  section: string | undefined,
  style: UnpackStyle = defaultUnpackStyle,
): Value {
  if (typeof source === 'string') return interpolateText(source, context, section, style)
  if (isList(source)) return source.map((item) => interpolate(item, context, section, style))
  if (!isMap(source)) return source
  const map = new Map<string, Value>()
  for (const [key, value] of source) {
    const name = interpolateText(key, context, section, style)
    map.set(
      typeof name === 'string' ? name : textOf(name, style),
      interpolate(value, context, section, style),
    )
  }
  return map
}

function interpolateText(
  text: string,
  context: ValueMap,
  section: string | undefined,
  style: UnpackStyle,
): Value {
  const matches = [...text.matchAll(reference)]
  const [only] = matches
  if (only !== undefined && matches.length === 1 && only[0] === text) {
    return select(only[1] ?? '', context, section)
  }
  const resolved = text.replace(reference, (_, inner: string) =>
    textOf(select(inner, context, section), style),
  )
  return resolved.replaceAll('\\${', '${')
}

function select(inner: string, context: ValueMap, section: string | undefined): Value {
  const key = parseReference(inner)
  const value = valueAt(context, key)
  if (value === undefined)
    throw new TemplateError(
      `there is no '${key}' among the variables${didYouMean(key, pathsIn(context))}`,
    )
  const compound = isList(value) || isMap(value)
  if (
    compound &&
    section !== undefined &&
    !section.includes('foreach') &&
    !section.includes('matrix')
  ) {
    if (!(isMap(value) && section === 'cmd')) {
      throw new TemplateError(
        `'${key}' is a ${isMap(value) ? 'map' : 'list'}, which cannot stand in a text here`,
      )
    }
  }
  return value
}

/** `a.b[0].c` as the dotted key `a.b.0.c`. */
function parseReference(inner: string): string {
  const text = inner.trim()
  if (!/^[^.[\]]+(?:\.[^.[\]]+|\[[^.[\]]+\])*$/.test(text)) {
    throw new TemplateError(
      `'\${${inner}}' is not a reference: write names and indexes, as in \${a.b[0]}`,
    )
  }
  return text
    .replaceAll('[', '.')
    .replaceAll(']', '')
    .split('.')
    .map((part) => part.trim())
    .join('.')
}

/** A value as text, as DVC writes it into templates and into the names of generated stages. */
export function textOf(value: Value, style: UnpackStyle = defaultUnpackStyle): string {
  if (value === null) return 'None'
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return floatText(value)
  return isMap(value) ? unpack(value, style) : reprText(value)
}

/** A map as command-line options. */
function unpack(map: ValueMap, style: UnpackStyle): string {
  const words: string[] = []
  for (const [key, value] of flatValues(map)) {
    if (typeof value === 'boolean') {
      if (value) words.push(`--${key}`)
      else if (style.bool === 'boolean_optional') words.push(`--no-${key}`)
    } else if (typeof value === 'string') words.push(`--${key} ${shellQuote(value)}`)
    else if (isList(value)) words.push(...unpackList(key, value, style))
    else words.push(`--${key} ${reprText(value)}`)
  }
  return words.join(' ')
}

function unpackList(key: string, list: readonly Value[], style: UnpackStyle): string[] {
  const items = list.map((item) => {
    if (isList(item) || isMap(item)) {
      throw new TemplateError(`'${key}' holds a list in a list, which cannot become options`)
    }
    return typeof item === 'string' ? shellQuote(item) : reprText(item)
  })
  if (style.list === 'append') return items.map((item) => `--${key} ${item}`)
  return items.length === 0 ? [] : [`--${key} ${items.join(' ')}`]
}
