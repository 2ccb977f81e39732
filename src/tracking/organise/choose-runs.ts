import type { RetentionRule } from '#contract'

const dayMs = 86_400_000

export interface Candidate {
  readonly id: string
  readonly startedAt: number
  readonly endedAt?: number
  readonly isUnderWay: boolean
  /** The run it is nested in. */
  readonly parent?: string
}

/**
 * The runs of one experiment that a rule does not keep, newest first. Kept are: those under way, those in `keep`, the newest
 * `keepLast`, the best `keepBest` (a run without the metric is none of them), those that ended within `olderThanDays`, and every run
 * that a kept one is nested in. A rule with nothing but `purgeAfterDays` keeps all.
 */
export function chooseRuns(
  newestFirst: readonly Candidate[],
  { keepLast, keepBest, olderThanDays }: RetentionRule,
  facts: {
    readonly now: number
    readonly keep: ReadonlySet<string>
    readonly values?: ReadonlyMap<string, number>
  },
): readonly Candidate[] {
  if (keepLast === undefined && keepBest === undefined && olderThanDays === undefined) return []
  const kept = new Set<string>()
  for (const [place, { id, isUnderWay, startedAt, endedAt }] of newestFirst.entries()) {
    const isYoung =
      olderThanDays !== undefined && (endedAt ?? startedAt) > facts.now - olderThanDays * dayMs
    if (isUnderWay || isYoung || facts.keep.has(id) || place < (keepLast ?? 0)) kept.add(id)
  }
  if (keepBest) {
    const sign = keepBest.goal === 'max' ? -1 : 1
    const valued = newestFirst.flatMap(({ id }) => {
      const value = facts.values?.get(id)
      return value === undefined ? [] : [{ id, value }]
    })
    // Of equal values the newest is the better.
    const best = valued.toSorted((a, b) => sign * (a.value - b.value))
    for (const { id } of best.slice(0, keepBest.count)) kept.add(id)
  }
  const parentOf = new Map(newestFirst.map(({ id, parent }) => [id, parent]))
  for (const id of [...kept]) {
    for (let up = parentOf.get(id); up !== undefined && !kept.has(up); up = parentOf.get(up)) {
      kept.add(up)
    }
  }
  return newestFirst.filter(({ id }) => !kept.has(id))
}
