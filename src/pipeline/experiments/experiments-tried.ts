import { TidemillError } from '#contract/error'
import { findRoot } from '../repository.ts'
import { isMap, valueAt, type Value, type ValueMap } from '../values/value.ts'
import { readAssignment } from './assignment.ts'
import { commitRows } from './commit-rows.ts'
import { experiments, headOf } from './experiment-refs.ts'
import type { Tried } from './suggest.ts'
import { valueText } from '../report/value-table.ts'

/**
 * What the experiments on HEAD tried for these overrides (`key` or `file:key`), and a metric of theirs (`key` or `file:key`), by its
 * sign so that lower is better. Errors: `not_found` when experiments have metrics and none of them is that one.
 */
export function experimentsTried(
  folder: string,
  names: readonly string[],
  metric: string,
  goal: 'min' | 'max',
): readonly Tried[] {
  const root = findRoot(folder)
  const all = experiments(root, headOf(root))
  const rowOf = commitRows(
    folder,
    false,
    all.map(({ rev, baseline }) => ({ rev, like: baseline })),
  )
  const found = all.flatMap(({ rev }): Tried[] => {
    const { params, metrics } = rowOf(rev)
    const value = metricOf(metrics, metric)
    if (value === undefined) return []
    const values = names.flatMap((name) => {
      const { file, key } = readAssignment(`${name}=`)
      const tried = valueAt(params.get(file) ?? null, key)
      return tried === undefined ? [] : [[name, valueText(tried, 17)] as const]
    })
    return [{ values: Object.fromEntries(values), loss: goal === 'min' ? value : -value }]
  })
  if (all.length > 0 && found.length === 0)
    throw new TidemillError('not_found', { kind: 'metric of the experiments', name: metric })
  return found
}

function metricOf(files: ValueMap, metric: string): number | undefined {
  for (const [file, content] of files) {
    const key = metric.startsWith(`${file}:`) ? metric.slice(file.length + 1) : metric
    const value: Value | undefined = isMap(content) ? valueAt(content, key) : undefined
    if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
  }
  return undefined
}
