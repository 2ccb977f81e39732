import type { LockedStage } from '../model.ts'
import { compareText } from '../values/python-text.ts'
import { invalid } from '../values/invalid.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts'
import { writeYaml } from '../values/write-yaml.ts'
import { lockShape } from './dvc-schemas.ts'
import { readEntry, writeLockEntry } from './entry.ts'
import { mismatch } from './schema.ts'

/** A dvc.lock: what each stage was run with and made, in the order of their first runs. */
export interface LockFile {
  readonly stages: ReadonlyMap<string, LockedStage>
  /** Top-level keys we keep and do not use. */
  readonly rest: ValueMap
}

export const emptyLock: LockFile = { stages: new Map(), rest: new Map() }

/** Reads a dvc.lock. Errors: `pipeline_invalid` with line and column. */
export function readLock(text: string, file: string): LockFile {
  if (text.trim() === '') return emptyLock
  const yaml = readYaml(text, file)
  const value = yaml.value
  const wrong = mismatch(value, lockShape)
  if (wrong)
    throw invalid(file, yaml.place(wrong.keys, wrong.onKey ? 'key' : 'value'), wrong.problem)
  if (!isMap(value)) return emptyLock
  const stages = new Map<string, LockedStage>()
  const listed = value.get('stages')
  if (isMap(listed)) {
    for (const [name, stage] of listed) if (isMap(stage)) stages.set(name, readLockedStage(stage))
  }
  const rest = new Map([...value].filter(([key]) => key !== 'schema' && key !== 'stages'))
  return { stages, rest }
}

export function readLockedStage(map: ValueMap): LockedStage {
  const entries = (key: string) => {
    const list = map.get(key)
    return isList(list) ? list.filter(isMap).map(readEntry) : []
  }
  const params = map.get('params')
  return {
    cmd: map.get('cmd') ?? null,
    deps: entries('deps'),
    params: new Map(
      isMap(params)
        ? [...params].map(([path, keys]) => [path, isMap(keys) ? keys : new Map()])
        : [],
    ),
    outs: entries('outs'),
  }
}

/** A stage as dvc.lock and the run cache hold it: sorted by path, params.yaml first, absent parts left out. */
export function writeLockedStage(stage: LockedStage): ValueMap {
  const map = new Map<string, Value>([['cmd', stage.cmd]])
  const byPath = (a: { path: string }, b: { path: string }) => compareText(a.path, b.path)
  if (stage.deps.length > 0) map.set('deps', [...stage.deps].sort(byPath).map(writeLockEntry))
  if (stage.params.size > 0) {
    const files = [...stage.params].sort(([a], [b]) => {
      if ((a === 'params.yaml') !== (b === 'params.yaml')) return a === 'params.yaml' ? -1 : 1
      return compareText(a, b)
    })
    const sorted = files.map(([path, keys]): [string, Value] => [
      path,
      new Map([...keys].sort(([a], [b]) => compareText(a, b))),
    ])
    map.set('params', new Map(sorted))
  }
  if (stage.outs.length > 0) map.set('outs', [...stage.outs].sort(byPath).map(writeLockEntry))
  return map
}

const written = new WeakMap<LockedStage, { name: string; text: string }>()

/** The text of a lock. A stage that did not change since it was last written is not laid out again. */
export function lockText(lock: LockFile): string {
  const parts: string[] = ["schema: '2.0'\n"]
  if (lock.rest.size > 0) parts.push(writeYaml(lock.rest))
  parts.push(lock.stages.size === 0 ? 'stages: {}\n' : 'stages:\n')
  for (const [name, stage] of lock.stages) {
    const kept = written.get(stage)
    if (kept?.name === name) {
      parts.push(kept.text)
      continue
    }
    const text = writeYaml(new Map([[name, writeLockedStage(stage)]]), 2)
    written.set(stage, { name, text })
    parts.push(text)
  }
  return parts.join('')
}
