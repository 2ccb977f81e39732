import { TidemillError } from '#contract/error'
import type { Cause } from './causes.ts'
import { sideNumbers } from './side-numbers.ts'
import type { Side } from './side.ts'

/** A number that a stage makes on both sides, and the causes that can change it. */
export interface MetricTarget {
  /** `file:key`. */
  readonly id: string
  readonly file: string
  readonly key: string
  /** The stage that makes it. */
  readonly stage: string
  readonly from: number
  readonly to: number
  readonly causes: readonly Cause[]
}

/**
 * The metrics that both sides have and a stage makes; `only` names some by key, file or `file:key`. Errors: `not_found` for a name
 * that is none.
 */
export function metricTargets(
  root: string,
  from: Side,
  to: Side,
  reach: ReadonlyMap<Cause, ReadonlySet<string>>,
  only?: readonly string[],
): readonly MetricTarget[] {
  const [before, after] = sideNumbers(root, from, to)
  const makers = new Map(
    [...from.pipeline.stages, ...to.pipeline.stages].flatMap((stage) =>
      stage.outs.map((out) => [out.target, stage.address] as const),
    ),
  )
  const found = [...after].flatMap(([id, now]): MetricTarget[] => {
    const old = before.get(id)
    const cut = id.indexOf(':')
    const [file, key] = [id.slice(0, cut), id.slice(cut + 1)]
    const stage = makers.get(file)
    if (old === undefined || stage === undefined) return []
    const causes = [...reach].flatMap(([cause, stages]) => (stages.has(stage) ? [cause] : []))
    return [{ id, file, key, stage, from: old, to: now, causes }]
  })
  if (only === undefined || only.length === 0) return found
  const some = found.slice(0, 6).map((each) => each.id)
  const rest = found.length > some.length ? ` and ${found.length - some.length} more` : ''
  for (const name of only) {
    if (!found.some((each) => isNamed(each, name)))
      throw new TidemillError('not_found', {
        kind: 'metric that both sides have called',
        name: `${name}; there are ${some.join(', ') || 'none'}${rest}`,
      })
  }
  return found.filter((each) => only.some((name) => isNamed(each, name)))
}

function isNamed({ id, file, key }: MetricTarget, name: string): boolean {
  return id === name || file === name || key === name
}
