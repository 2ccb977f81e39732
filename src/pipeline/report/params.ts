import { dirname, join } from 'node:path/posix'
import type { Pipeline } from '../model.ts'
import { readParamsFile } from '../values/params-file.ts'
import { toPlain, type Plain } from '../values/plain.ts'
import { isMap, valueAt, type Value, type ValueMap } from '../values/value.ts'
import { targetOf } from '../definition/read-stage.ts'
import { snapshot, snapshotOrNothing, type Snapshot } from './revision.ts'
import { diffValues, plainDiff, type ValueChangeRow, type ValueDiff } from './value-diff.ts'

export interface RevisionsOptions {
  /** A Git revision; `HEAD` unless given. */
  readonly from?: string
  /** A Git revision; the work tree unless given. */
  readonly to?: string
  /** What did not change too. */
  readonly all?: boolean
  /** These files alone, as the user's folder names them. */
  readonly targets?: readonly string[]
  /** Parameters that stages depend on, alone. */
  readonly deps?: boolean
}

/** The parameters that the pipelines can see, by file. */
export function paramsShow(folder: string, revision?: string): Readonly<Record<string, Plain>> {
  return Object.fromEntries(
    [...paramsOf(snapshot(folder, revision))].map(([path, value]) => [path, toPlain(value)]),
  )
}

/** `paramsShow` with ints apart from floats. */
export function paramsTree(folder: string, revision?: string, deps = false): ValueMap {
  return paramsOf(snapshot(folder, revision), { deps })
}

/** What parameters differ between two revisions. */
export function paramsDiff(folder: string, options: RevisionsOptions = {}): ValueDiff {
  return plainDiff(paramsChanges(folder, options))
}

/** `paramsDiff` as rows, ints apart from floats. */
export function paramsChanges(
  folder: string,
  options: RevisionsOptions = {},
): readonly ValueChangeRow[] {
  const before = paramsOf(snapshotOrNothing(folder, options.from ?? 'HEAD'), options)
  const after = paramsOf(snapshot(folder, options.to), options)
  return diffValues(before, after, options.all ? { all: true } : {})
}

/** `paramsTree` of a snapshot; nothing without one. */
export function paramsOf(
  from: Snapshot | undefined,
  options: Pick<RevisionsOptions, 'targets' | 'deps'> = {},
): Map<string, Value> {
  const files = new Map<string, Value>()
  if (!from) return files
  const wanted = paramFiles(from.pipeline, options)
  from.expect([...wanted.keys()])
  for (const [path, keys] of wanted) {
    const text = from.text(path)
    if (text === undefined) continue
    const content = readParamsFile(text, path)
    if (keys === 'all') {
      files.set(path, content)
      continue
    }
    const chosen = new Map<string, Value>()
    for (const key of keys) {
      const value = valueAt(content, key)
      if (value !== undefined) put(chosen, key.split('.'), value)
    }
    files.set(path, chosen)
  }
  return files
}

/** Each params.yaml beside a dvc.yaml, files listed at the top, whole; others by the keys that stages name. */
export function paramFiles(
  pipeline: Pipeline,
  { targets, deps }: Pick<RevisionsOptions, 'targets' | 'deps'> = {},
): Map<string, 'all' | readonly string[]> {
  const files = new Map<string, 'all' | readonly string[]>()
  if (targets) {
    for (const path of targets) files.set(targetOf(path, pipeline.folder, pipeline.root), 'all')
    return files
  }
  for (const { file, params } of deps ? [] : pipeline.files) {
    for (const path of [join(dirname(file), 'params.yaml'), ...params]) files.set(path, 'all')
  }
  for (const stage of pipeline.stages) {
    for (const { target, keys } of stage.params) {
      const known = files.get(target)
      if (known !== 'all')
        files.set(target, keys.length === 0 ? 'all' : [...(known ?? []), ...keys])
    }
  }
  return files
}

function put(into: Map<string, Value>, path: readonly string[], value: Value): void {
  const [first = '', ...rest] = path
  if (rest.length === 0) {
    into.set(first, value)
    return
  }
  const present = into.get(first)
  const inner = new Map(isMap(present) ? present : [])
  put(inner, rest, value)
  into.set(first, inner)
}
