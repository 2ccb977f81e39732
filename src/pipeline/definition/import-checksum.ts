import { hash } from 'node:crypto'
import { pythonJson } from '../values/python-json.ts'
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts'

const left = new Set([
  'desc',
  'type',
  'labels',
  'meta',
  'locked',
  'frozen',
  'metric',
  'persist',
  'isexec',
  'size',
  'nfiles',
])

/** The `md5` at the top of a `.dvc` file that imports: of all that it says, notes and sizes left out. */
export function importChecksum(file: ValueMap): string {
  const kept = [...file].filter(
    ([key, value]) => key !== 'md5' && !(key === 'wdir' && value === '.'),
  )
  return hash('md5', pythonJson(without(new Map(kept))), 'hex')
}

function without(value: Value): Value {
  if (isList(value)) return value.map(without)
  if (!isMap(value)) return value
  return new Map(
    [...value].flatMap(([key, inner]) => (left.has(key) ? [] : [[key, without(inner)] as const])),
  )
}
