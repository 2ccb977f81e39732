import { metricsTree } from '../report/metrics.ts'
import { flatValues } from '../values/flat-values.ts'
import type { ValueMap } from '../values/value.ts'
import type { OwnMetrics, Side } from './side.ts'

type Numbers = ReadonlyMap<string, number>

/** The numbers of a metrics tree by `file:key`. */
export function metricNumbers(tree: ValueMap): Numbers {
  const found = new Map<string, number>()
  for (const [file, values] of tree) {
    for (const [key, value] of flatValues(values)) {
      if (typeof value === 'number' || typeof value === 'bigint')
        found.set(`${file}:${key}`, Number(value))
    }
  }
  return found
}

/**
 * What two sides came to, by `file:key`: what their commits have, and for a tracked run, whose metrics may be in no commit yet, what
 * it logged under the same names.
 */
export function sideNumbers(root: string, from: Side, to: Side): readonly [Numbers, Numbers] {
  const before = metricNumbers(metricsTree(root, from.commit))
  const after = metricNumbers(metricsTree(root, to.commit))
  const known = [...new Set([...before.keys(), ...after.keys()])]
  return [withOwn(from, before, known), withOwn(to, after, known)]
}

function withOwn(side: Side, committed: Numbers, known: readonly string[]): Numbers {
  if (!side.own) return committed
  const logged = ownNumbers(side, side.own, known)
  return new Map(side.own.first ? [...committed, ...logged] : [...logged, ...committed])
}

/** A name stands for the one metric that is called so in the files of the run's stage; in a single file that is in no commit, for itself. */
function ownNumbers(side: Side, { values, stage }: OwnMetrics, known: readonly string[]): Numbers {
  const makers = side.pipeline.stages.filter(
    (each) => stage === undefined || each.address === stage,
  )
  const files = makers.flatMap((each) =>
    each.outs.flatMap((out) => (out.kind === 'metric' ? [out.target] : [])),
  )
  const ids = known.filter((id) => files.some((file) => id.startsWith(`${file}:`)))
  const [only] = files
  const isNew = only !== undefined && files.length === 1 && ids.length === 0
  return new Map(
    Object.entries(values).flatMap(([name, value]): [string, number][] => {
      const same = ids.filter((id) => id === name || id.endsWith(`:${name}`))
      const [id] = isNew ? [`${only}:${name}`] : same.length === 1 ? same : []
      return id === undefined ? [] : [[id, value]]
    }),
  )
}
