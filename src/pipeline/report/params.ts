import { dirname, join } from 'node:path/posix'
import type { Pipeline } from '../model.ts'
import { readParamsFile } from '../values/params-file.ts'
import { toPlain, type Plain } from '../values/plain.ts'
import { isMap, valueAt, type Value } from '../values/value.ts'
import { snapshot, type Snapshot } from './revision.ts'
import { diffValues, type ValueDiff } from './value-diff.ts'

export interface RevisionsOptions {
  /** A Git revision; `HEAD` unless given. */
  readonly from?: string
  /** A Git revision; the work tree unless given. */
  readonly to?: string
  /** What did not change too. */
  readonly all?: boolean
}

/** The parameters that the pipelines can see, by file. */
export function paramsShow(folder: string, revision?: string): Readonly<Record<string, Plain>> {
  return Object.fromEntries(
    [...paramsOf(snapshot(folder, revision))].map(([path, value]) => [path, toPlain(value)]),
  )
}

/** What parameters differ between two revisions. */
export function paramsDiff(folder: string, options: RevisionsOptions = {}): ValueDiff {
  const before = paramsOf(snapshot(folder, options.from ?? 'HEAD'))
  const after = paramsOf(snapshot(folder, options.to))
  return diffValues(before, after, { difference: true, ...(options.all ? { all: true } : {}) })
}

function paramsOf(from: Snapshot): Map<string, Value> {
  const files = new Map<string, Value>()
  for (const [path, keys] of paramFiles(from.pipeline)) {
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
function paramFiles(pipeline: Pipeline): Map<string, 'all' | readonly string[]> {
  const files = new Map<string, 'all' | readonly string[]>()
  for (const { file, params } of pipeline.files) {
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
