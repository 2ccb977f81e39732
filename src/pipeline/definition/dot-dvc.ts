import { dirname, join, normalize } from 'node:path/posix'
import type { DataFile, Entry } from '../model.ts'
import { invalid } from '../values/invalid.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts'
import { writeYaml } from '../values/write-yaml.ts'
import { importChecksum } from './import-checksum.ts'
import { dotDvcShape } from './dvc-schemas.ts'
import { editDataFile } from './edit-data-file.ts'
import { readEntry } from './entry.ts'
import { readOutput, targetOf } from './read-stage.ts'
import { mismatch } from './schema.ts'

/** Reads a `.dvc` file; `file` is its path from the root. Errors: `pipeline_invalid`. */
export function readDotDvc(text: string, file: string, address: string, root: string): DataFile {
  const yaml = readYaml(text, file)
  const content = yaml.value ?? new Map<string, Value>()
  const wrong = mismatch(content, dotDvcShape)
  if (wrong)
    throw invalid(file, yaml.place(wrong.keys, wrong.onKey ? 'key' : 'value'), wrong.problem)
  const map: ValueMap = isMap(content) ? content : new Map()
  const own = map.get('wdir')
  const wdir = normalize(join(dirname(file), typeof own === 'string' ? own : '.'))
  const list = (key: string) => {
    const value = map.get(key)
    return isList(value) ? value.filter(isMap) : []
  }
  const outs = list('outs').map((out) => {
    const named = out.get('path')
    const path = typeof named === 'string' ? named : ''
    const kind = out.get('metric') ? 'metric' : out.get('plot') ? 'plot' : 'out'
    return readOutput(path, targetOf(path, wdir, root), kind, out)
  })
  const deps = list('deps').flatMap((dep) => {
    const path = dep.get('path')
    return typeof path === 'string' && !path.includes('://') && !dep.has('repo')
      ? [{ path, target: targetOf(path, wdir, root) }]
      : []
  })
  return {
    address,
    file,
    frozen: map.get('frozen') === true || map.get('locked') === true,
    imported: list('deps').some((dep) => dep.has('repo')),
    deps,
    outs,
    entries: list('outs').map(readEntry),
  }
}

const hashKeys = ['md5', 'size', 'nfiles', 'isexec', 'hash', 'path'] as const

/** An entry in the order of keys that `.dvc` files have. */
export function entryFields(entry: Entry): ReadonlyMap<string, Value> {
  const fields = new Map<string, Value>()
  for (const key of hashKeys) {
    const value = entry[key]
    if (value !== undefined) fields.set(key, typeof value === 'number' ? BigInt(value) : value)
  }
  return fields
}

/**
 * The text of a `.dvc` file for these entries. What `before` (its present text) says beside them is kept, and the order of keys
 * it has; new keys come in DVC's order.
 */
export function dotDvcText(entries: readonly Entry[], before?: string, file = '.dvc'): string {
  const present = before === undefined ? undefined : readYaml(before, file).value
  const top = new Map<string, Value>(isMap(present) ? present : [])
  const outs = top.get('outs')
  const old = isList(outs) ? outs.filter(isMap) : []
  top.set(
    'outs',
    entries.map((entry) => {
      const fields = entryFields(entry)
      const known = old.find((out) => out.get('path') === entry.path)
      if (!known) return fields
      const kept = [...known].filter(([key]) => fields.has(key) || !isHashKey(key))
      const merged = new Map<string, Value>(
        kept.map(([key, value]) => [key, fields.get(key) ?? value]),
      )
      for (const [key, value] of fields) merged.set(key, value)
      return merged
    }),
  )
  // a file that imports carries a digest of what it says
  if (top.has('md5')) top.set('md5', importChecksum(top))
  return rewritten(before, top)
}

/** The text of a `.dvc` file that says what is wanted, with the comments it has, as DVC keeps them. */
export function rewritten(before: string | undefined, wanted: ValueMap): string {
  const hasComments = before !== undefined && /(?:^|\s)#/.test(before)
  return (hasComments ? editDataFile(before, wanted) : undefined) ?? writeYaml(wanted)
}

/** The text of a `.dvc` file that is frozen, or not, in DVC's order. */
export function frozenDataText(text: string, file: string, frozen: boolean): string {
  const present = readYaml(text, file).value
  const fields = [...(isMap(present) ? present : [])].filter(
    ([key]) => key !== 'frozen' && key !== 'locked',
  )
  if (!frozen) return rewritten(text, new Map(fields))
  const before = fields.filter(([key]) => ['desc', 'md5', 'wdir'].includes(key)).length
  return rewritten(text, new Map(fields.toSpliced(before, 0, ['frozen', true])))
}

function isHashKey(key: string): boolean {
  return hashKeys.some((known) => known === key)
}
