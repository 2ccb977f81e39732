import { isAbsolute, join, normalize } from 'node:path/posix'
import { invalid, type Place } from '../values/invalid.ts'
import { type YamlFile } from '../values/read-yaml.ts'
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts'
import { foreachShape, pipelineShape, stageShape } from './dvc-schemas.ts'
import { mismatch, type Shape } from './schema.ts'
import {
  defaultUnpackStyle,
  hasReference,
  interpolate,
  TemplateError,
  textOf,
  type UnpackStyle,
} from './template.ts'
import { addVariables, noVariables, type ReadParams, type Variables } from './variables.ts'

/** A stage with every `${…}` resolved, before its paths and flags are read. */
export interface ResolvedStage {
  readonly name: string
  readonly group?: string
  readonly fields: ValueMap
  /** Working folder, relative to the root. */
  readonly wdir: string
  readonly place: (keys: readonly (string | number)[], what?: 'key' | 'value') => Place
}

export interface ResolvedFile {
  readonly stages: readonly ResolvedStage[]
  readonly top: ValueMap
}

export interface ResolveOptions {
  /** dvc.yaml relative to the root. */
  readonly file: string
  /** Its folder; `.` is the root. */
  readonly folder: string
  readonly readParams: ReadParams
  readonly style?: UnpackStyle
}

/** Checks a dvc.yaml against DVC's schema and resolves its templates, groups and variables. Errors: `pipeline_invalid`. */
export function resolveStages(yaml: YamlFile, options: ResolveOptions): ResolvedFile {
  const { file, folder, readParams } = options
  const style = options.style ?? defaultUnpackStyle
  const check = (value: Value, shape: Shape, keys: readonly (string | number)[]): void => {
    const wrong = mismatch(value, shape, keys)
    if (wrong)
      throw invalid(file, yaml.place(wrong.keys, wrong.onKey ? 'key' : 'value'), wrong.problem)
  }
  /** Runs `work`; a TemplateError becomes an error at the place of `keys`. */
  const placed = <T>(keys: readonly (string | number)[], work: () => T): T => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      throw invalid(file, yaml.place(keys), error.message, error)
    }
  }

  const content = yaml.value ?? new Map<string, Value>()
  check(content, pipelineShape, [])
  if (!isMap(content)) return { stages: [], top: new Map() }
  const definitions = content.get('stages') ?? new Map<string, Value>()
  if (!isMap(definitions)) return { stages: [], top: content }

  let globals: Variables | undefined
  const variables = (): Variables => (globals ??= placed(['vars'], loadGlobals))
  function loadGlobals(): Variables {
    const entries = listAt(content, 'vars')
    if (mentions(entries)) throw new TemplateError('vars may not hold references themselves')
    const base = readParams(join(folder, 'params.yaml'))
    const start =
      base === undefined
        ? noVariables
        : addVariables(noVariables, ['params.yaml'], folder, readParams)
    return addVariables(start, entries, folder, readParams)
  }
  if (listAt(content, 'vars').length > 0) variables()

  function one(
    name: string,
    definition: ValueMap,
    keys: readonly (string | number)[],
    extra?: ValueMap,
    group?: string,
  ): ResolvedStage {
    const templated = mentions(definition)
    const entries = listAt(definition, 'vars')
    let scope = templated || entries.length > 0 ? variables().values : new Map<string, Value>()
    if (extra) scope = new Map([...scope, ...extra])
    const rawWdir = definition.get('wdir')
    const wdirText =
      typeof rawWdir === 'string' && rawWdir !== ''
        ? placed([...keys, 'wdir'], () => textOf(interpolate(rawWdir, scope, 'wdir', style)))
        : '.'
    const wdir = isAbsolute(wdirText) ? wdirText : normalize(join(folder, wdirText))
    if (entries.length > 0) {
      scope = placed([...keys, 'vars'], () => {
        if (mentions(entries)) throw new TemplateError('vars may not hold references themselves')
        const own = addVariables(
          { values: scope, loaded: variables().loaded },
          entries,
          wdir,
          readParams,
        )
        return own.values
      })
    }
    const fields = new Map<string, Value>()
    for (const [key, value] of definition) {
      if (key === 'vars' || key === 'matrix') continue
      fields.set(
        key,
        templated ? placed([...keys, key], () => interpolate(value, scope, key, style)) : value,
      )
    }
    check(fields, stageShape, keys)
    return {
      name,
      ...(group === undefined ? {} : { group }),
      fields,
      wdir: wdir === './' ? '.' : wdir.replace(/(.)\/$/, '$1'),
      place: (inner, what) => yaml.place([...keys, ...inner], what),
    }
  }

  const stages: ResolvedStage[] = []
  for (const [name, definition] of definitions) {
    if (!isMap(definition)) continue
    const keys = ['stages', name]
    if (definition.has('foreach') || definition.has('do')) {
      check(definition, foreachShape, keys)
      const body = definition.get('do')
      if (!isMap(body)) continue
      const source = definition.get('foreach') ?? null
      const over = placed([...keys, 'foreach'], () =>
        interpolate(source, mentions(source) ? variables().values : new Map(), undefined, style),
      )
      if (!isList(over) && !isMap(over)) {
        throw invalid(file, yaml.place([...keys, 'foreach']), 'foreach needs a list or a map')
      }
      for (const [key, item] of itemsOf(over)) {
        const extra = new Map<string, Value>([
          ['item', item],
          ...(isMap(over) ? [['key', key] as const] : []),
        ])
        stages.push(one(`${name}@${key}`, body, [...keys, 'do'], extra, name))
      }
      continue
    }
    check(definition, stageShape, keys)
    const matrix = definition.get('matrix')
    if (!isMap(matrix)) {
      stages.push(one(name, definition, keys))
      continue
    }
    for (const { key, item } of combinations(matrix, name, keys)) {
      const extra = new Map<string, Value>([
        ['item', item],
        ['key', key],
      ])
      stages.push(one(`${name}@${key}`, definition, keys, extra, name))
    }
  }

  function combinations(
    matrix: ValueMap,
    name: string,
    keys: readonly (string | number)[],
  ): { key: string; item: ValueMap }[] {
    let found: { fragments: string[]; item: Map<string, Value> }[] = [
      { fragments: [], item: new Map() },
    ]
    for (const [variable, source] of matrix) {
      const values = placed([...keys, 'matrix', variable], () =>
        interpolate(source, mentions(source) ? variables().values : new Map(), undefined, style),
      )
      if (!isList(values)) {
        throw invalid(
          file,
          yaml.place([...keys, 'matrix', variable]),
          `matrix of ${name} needs a list for '${variable}'`,
        )
      }
      found = found.flatMap(({ fragments, item }) =>
        values.map((value, index) => ({
          fragments: [
            ...fragments,
            isList(value) || isMap(value) ? `${variable}${index}` : textOf(value),
          ],
          item: new Map([...item, [variable, value]]),
        })),
      )
    }
    return found.map(({ fragments, item }) => ({ key: fragments.join('-'), item }))
  }

  const top = new Map<string, Value>()
  for (const [key, value] of content) {
    if (key === 'stages' || key === 'vars') continue
    const resolved = mentions(value)
      ? placed([key], () => interpolate(value, variables().values, key, style))
      : value
    top.set(key, resolved)
  }
  return { stages, top }
}

/** Names and values of a group's stages: a list of scalars is named by them, one with maps or lists by index. */
function itemsOf(over: readonly Value[] | ValueMap): Iterable<readonly [string, Value]> {
  if (isMap(over)) return over
  if (!isList(over)) return []
  const compound = over.some((item) => isList(item) || isMap(item))
  return new Map(over.map((item, index) => [compound ? String(index) : textOf(item), item]))
}

function listAt(map: Value, key: string): readonly Value[] {
  const value = isMap(map) ? map.get(key) : undefined
  return isList(value) ? value : []
}

/** Whether a value holds a reference anywhere. An escaped one counts too: its backslash must go. */
function mentions(value: Value): boolean {
  if (typeof value === 'string') return hasReference(value) || value.includes('\\${')
  if (isList(value)) return value.some(mentions)
  return isMap(value) && [...value].some(([key, inner]) => mentions(key) || mentions(inner))
}
