import type { RetentionEffect, RetentionRule } from '#contract'
import { usedByVersions } from '#registry'
import type { Rooms } from '../rooms.ts'
import { sweepObjects } from './collect-garbage.ts'

const dayMs = 86_400_000
const shown = 1000

export interface RetentionOutcome {
  readonly effects: readonly RetentionEffect[]
  readonly bytes: number
}

type NamedRule = { readonly name: string; readonly rule: RetentionRule }

/**
 * Hides what the rules do not keep, then ends what they hid long enough ago. Dry, it says what would happen; the bytes are then
 * those that would be free at once. A rule that fails keeps none of the others from being applied; its error is thrown in the end.
 */
export async function applyRetention(
  rooms: Rooms,
  rules: readonly NamedRule[],
  options: {
    readonly dry: boolean
    readonly onProgress?: (done: number, total: number, message: string) => void
    /** Hears of each rule that is done, before one that fails is told of. */
    readonly onEffect?: (effect: RetentionEffect) => Promise<void>
  },
): Promise<RetentionOutcome> {
  const { dry, onProgress = () => undefined, onEffect } = options
  const used = await usedByVersions(rooms.metadata)
  const effects: RetentionEffect[] = []
  const going = new Set<string>()
  const failures: unknown[] = []
  for (const [index, named] of rules.entries()) {
    onProgress(index, rules.length, named.name)
    try {
      const { effect, owners } = await applyRule(rooms, named, used, dry)
      for (const owner of owners) going.add(owner)
      effects.push(effect)
      await onEffect?.(effect)
    } catch (error) {
      failures.push(error)
    }
  }
  const ends = rules.some(({ rule }) => rule.purgeAfterDays !== undefined)
  const swept = ends ? await sweepObjects(rooms, { dry, without: going }) : undefined
  if (failures.length > 0) throw failures[0]
  onProgress(rules.length, rules.length, 'done')
  return { effects, bytes: swept?.freed.bytes ?? 0 }
}

async function applyRule(
  { tracking, clock }: Rooms,
  { name, rule }: NamedRule,
  used: Awaited<ReturnType<typeof usedByVersions>>,
  dry: boolean,
): Promise<{ readonly effect: RetentionEffect; readonly owners: readonly string[] }> {
  const { looked, hides, experiments } = await tracking.chosenBy(rule, used)
  if (!dry) await tracking.removeRuns(hides.map(({ id }) => id))
  const until = clock.now() - (rule.purgeAfterDays ?? 0) * dayMs
  const found =
    rule.purgeAfterDays === undefined
      ? undefined
      : await tracking.purgeable({ until, experiments, keep: used })
  if (found && !dry) await tracking.purge(found, until, usedByVersions)
  if (!dry) await tracking.noteRetention(name)
  const effect = {
    name,
    looked,
    hides: hides.length,
    runs: hides.slice(0, shown).map(({ id, name: run, experiment, startedAt }) => ({
      id,
      name: run,
      experiment,
      startedAt,
    })),
    purges: found?.runs.length ?? 0,
  }
  return { effect, owners: [...(found?.runs ?? []), ...(found?.models ?? [])] }
}
