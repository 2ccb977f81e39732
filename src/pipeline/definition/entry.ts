import type { Entry } from '../model.ts'
import type { Value, ValueMap } from '../values/value.ts'

const own = new Set(['path', 'hash', 'md5', 'size', 'nfiles', 'isexec'])

/** Reads what is recorded of one path. */
export function readEntry(map: ValueMap): Entry {
  const text = (key: string): string | undefined => {
    const value = map.get(key)
    return typeof value === 'string' ? value : undefined
  }
  const count = (key: string): number | undefined => {
    const value = map.get(key)
    return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined
  }
  const rest = new Map([...map].filter(([key]) => !own.has(key)))
  const [hash, md5, size, nfiles] = [text('hash'), text('md5'), count('size'), count('nfiles')]
  return {
    path: text('path') ?? '',
    ...(hash === undefined ? {} : { hash }),
    ...(md5 === undefined ? {} : { md5 }),
    ...(size === undefined ? {} : { size }),
    ...(nfiles === undefined ? {} : { nfiles }),
    ...(map.get('isexec') === true ? { isexec: true } : {}),
    ...(rest.size === 0 ? {} : { rest }),
  }
}

/** An entry in the order of keys that dvc.lock has. */
export function writeLockEntry(entry: Entry): ValueMap {
  const map = new Map<string, Value>([['path', entry.path]])
  if (entry.hash !== undefined) map.set('hash', entry.hash)
  if (entry.md5 !== undefined) map.set('md5', entry.md5)
  if (entry.size !== undefined) map.set('size', BigInt(entry.size))
  if (entry.nfiles !== undefined) map.set('nfiles', BigInt(entry.nfiles))
  if (entry.isexec) map.set('isexec', true)
  for (const [key, value] of entry.rest ?? []) map.set(key, value)
  return map
}
