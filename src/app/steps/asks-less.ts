import { isDeepStrictEqual } from 'node:util'
import type { ConsumerContract, Requirement } from '#contract'

/** Whether something that was required is not required any more: each requirement must be met by whatever meets those after. */
export function asksLess(before: readonly Requirement[], after: readonly Requirement[]): boolean {
  return before.flatMap(boundsOf).some((each) => !after.some((other) => asksAsMuch(other, each)))
}

/** The bounds of a metric may come to be asked by two requirements. */
function boundsOf(requirement: Requirement): readonly Requirement[] {
  if (requirement.kind !== 'metric') return [requirement]
  const { kind, metric, min, max } = requirement
  return [
    ...(min === undefined && max === undefined ? [requirement] : []),
    ...(min === undefined ? [] : [{ kind, metric, min }]),
    ...(max === undefined ? [] : [{ kind, metric, max }]),
  ]
}

/** Tighter bounds and margins ask more; anything else must be the same. */
function asksAsMuch(now: Requirement, before: Requirement): boolean {
  if (now.kind === 'metric' && before.kind === 'metric')
    return now.metric === before.metric && isWithin(now, before)
  if (now.kind === 'latency' && before.kind === 'latency') return now.p99Ms <= before.p99Ms
  if (now.kind === 'not_worse' && before.kind === 'not_worse')
    return now.metric === before.metric && now.margin <= before.margin
  if (now.kind === 'invariance' && before.kind === 'invariance') {
    // All columns are changed at once, so that others are another requirement; their order is none.
    const columns = new Set(now.columns)
    return (
      now.factor === before.factor &&
      now.tolerance <= before.tolerance &&
      isDeepStrictEqual(columns, new Set(before.columns))
    )
  }
  return isDeepStrictEqual(now, before)
}

/** The same of what an application relies on. What it sends must stay as it is: both more and less of it can be weaker. */
export function reliesOnLess(before: ConsumerContract, now: ConsumerContract): boolean {
  const isKept =
    (before.alias ?? 'champion') === (now.alias ?? 'champion') &&
    (before.inputs === undefined || isDeepStrictEqual(now.inputs, before.inputs)) &&
    (before.latencyMs === undefined || (now.latencyMs ?? Infinity) <= before.latencyMs)
  return (
    !isKept ||
    before.outputs.some(
      ({ name, type, labels, ...range }) =>
        !now.outputs.some(
          (other) =>
            other.name === name &&
            other.type === type &&
            (labels === undefined || other.labels?.every((label) => labels.includes(label))) &&
            isWithin(other, range),
        ),
    )
  )
}

interface Range {
  readonly min?: number
  readonly max?: number
}

function isWithin(now: Range, before: Range): boolean {
  return (
    (before.min === undefined || (now.min ?? -Infinity) >= before.min) &&
    (before.max === undefined || (now.max ?? Infinity) <= before.max)
  )
}
