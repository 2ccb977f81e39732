import { extname } from 'node:path'
import { readParamsFile } from '../values/params-file.ts'
import { toPlain, type Plain } from '../values/plain.ts'
import { readJson } from '../values/read-json.ts'
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts'
import type { RevisionsOptions } from './params.ts'
import { targetOf } from '../definition/read-stage.ts'
import { snapshot, snapshotOrNothing, type Snapshot } from './revision.ts'
import { diffValues, plainDiff, type ValueChangeRow, type ValueDiff } from './value-diff.ts'

/** The metrics that stages and dvc.yaml declare, by file, as they are now or were at a revision. */
export function metricsShow(folder: string, revision?: string): Readonly<Record<string, Plain>> {
  return Object.fromEntries(
    [...metricsTree(folder, revision)].map(([path, value]) => [path, toPlain(value)]),
  )
}

/** `metricsShow` with ints apart from floats. */
export function metricsTree(folder: string, revision?: string): ValueMap {
  return metricsOf(snapshot(folder, revision))
}

/** Metrics, and the files that are declared and not there. */
export function metricsState(
  folder: string,
  revision?: string,
  targets?: readonly string[],
): { readonly values: ValueMap; readonly missing: readonly string[] } {
  return stateOfMetrics(snapshot(folder, revision), targets)
}

/** `metricsState` of a snapshot. */
export function stateOfMetrics(
  from: Snapshot,
  targets?: readonly string[],
): ReturnType<typeof metricsState> {
  const values = metricsOf(from, targets)
  return { values, missing: metricPaths(from, targets).filter((path) => !values.has(path)) }
}

/** What metrics differ between two revisions, with the difference of numbers. */
export function metricsDiff(folder: string, options: RevisionsOptions = {}): ValueDiff {
  return plainDiff(metricsChanges(folder, options))
}

/** `metricsDiff` as rows, ints apart from floats. */
export function metricsChanges(
  folder: string,
  options: RevisionsOptions = {},
): readonly ValueChangeRow[] {
  const then = snapshotOrNothing(folder, options.from ?? 'HEAD')
  const before = then ? metricsOf(then, options.targets) : new Map<string, Value>()
  const after = metricsOf(snapshot(folder, options.to), options.targets)
  return diffValues(before, after, options.all ? { all: true } : {})
}

function metricsOf(from: Snapshot, targets?: readonly string[]): Map<string, Value> {
  const found = new Map<string, Value>()
  const paths = metricPaths(from, targets)
  from.expect(paths)
  for (const path of paths) {
    const text = from.text(path)
    if (text === undefined) continue
    const value = extname(path) === '.json' ? readJson(text, path) : readParamsFile(text, path)
    const kept = metricsIn(value)
    if (kept !== undefined) found.set(path, kept)
  }
  return found
}

/** The files that stages and dvc.yaml declare as metrics, or those of them that are asked for. */
export function metricPaths(
  { pipeline }: Snapshot,
  targets?: readonly string[],
): readonly string[] {
  const declared = [
    ...pipeline.files.flatMap((file) => file.metrics),
    ...[...pipeline.stages, ...pipeline.data].flatMap((node) =>
      node.outs.filter((out) => out.kind === 'metric').map((out) => out.target),
    ),
  ]
  // a folder means the metrics that are declared in it and below
  const asked = targets?.flatMap((path) => {
    const target = targetOf(path, pipeline.folder, pipeline.root)
    const below = declared.filter((each) => each.startsWith(`${target}/`))
    return below.length > 0 ? below : [target]
  })
  return [...new Set(asked ?? declared)].sort()
}

/** Numbers and texts, in maps; lists and the rest are not metrics. */
function metricsIn(value: Value): Value | undefined {
  if (isMap(value)) {
    const entries = [...value].flatMap(([key, inner]): [string, Value][] => {
      const kept = metricsIn(inner)
      return kept === undefined ? [] : [[key, kept]]
    })
    return new Map(entries)
  }
  return value === null || isList(value) || typeof value === 'boolean' ? undefined : value
}
