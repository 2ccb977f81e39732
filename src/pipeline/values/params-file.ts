import { extname } from 'node:path'
import { tomlLibrary } from './libraries.ts'
import { refuseMergeMarks } from './merge-marks.ts'
import { readJson } from './read-json.ts'
import { readPython } from './read-python.ts'
import { invalid } from './invalid.ts'
import { readYaml } from './read-yaml.ts'
import { isMap, type Value, type ValueMap } from './value.ts'

/**
 * The parameters in a file, by its extension: .json, .toml, .py, and YAML for anything else. Errors: `pipeline_invalid` with the
 * place, also when the file holds no map.
 */
export function readParamsFile(text: string, file: string): ValueMap {
  const value = readValue(text, file)
  if (value === null) return new Map()
  if (!isMap(value))
    throw invalid(file, { line: 1, column: 1 }, 'the file must hold a map of parameters')
  return value
}

function readValue(text: string, file: string): Value {
  switch (extname(file).toLowerCase()) {
    case '.json':
      return text.trim() === '' ? null : readJson(text, file)
    case '.toml':
      return readToml(text, file)
    case '.py':
      return readPython(text, file)
    default:
      return readYaml(text, file).value
  }
}

function readToml(text: string, file: string): Value {
  const { parse, TomlError } = tomlLibrary()
  try {
    return fromToml(parse(text, { integersAsBigInt: true }), file)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    refuseMergeMarks(text, file)
    const [problem = 'not TOML'] = error.message.split('\n')
    throw invalid(file, { line: error.line, column: error.column }, problem, error)
  }
}

function fromToml(value: unknown, file: string): Value {
  if (value instanceof tomlLibrary().TomlDate) {
    throw invalid(
      file,
      { line: 1, column: 1 },
      `${value.toISOString()} is a date, which DVC's files cannot hold; write it in quotes`,
    )
  }
  if (Array.isArray(value)) return value.map((inner) => fromToml(inner, file))
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, inner]) => [key, fromToml(inner, file)]))
  }
  switch (typeof value) {
    case 'string':
    case 'bigint':
    case 'number':
    case 'boolean':
      return value
    default:
      return null
  }
}
