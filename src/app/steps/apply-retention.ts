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

/**
 * Hides what the rules do not keep, then ends what they hid long enough ago. Dry, it says what would happen; the bytes are then
 * those that would be free at once.
 */
export async function applyRetention(
  rooms: Rooms,
  rules: readonly { readonly name: string; readonly rule: RetentionRule }[],
  options: {
    readonly dry: boolean
    readonly onProgress?: (done: number, total: number, message: string) => void
  },
): Promise<RetentionOutcome> {
  const { tracking } = rooms
  const { dry, onProgress = () => undefined } = options
  const used = await usedByVersions(rooms.metadata)
  const effects: RetentionEffect[] = []
  const going = new Set<string>()
  let ended = false
  for (const [index, { name, rule }] of rules.entries()) {
    onProgress(index, rules.length, name)
    const { looked, hides, experiments } = await tracking.chosenBy(rule, used)
    if (!dry) await tracking.removeRuns(hides.map(({ id }) => id))
    const until = rooms.clock.now() - (rule.purgeAfterDays ?? 0) * dayMs
    const found =
      rule.purgeAfterDays === undefined
        ? undefined
        : await tracking.purgeable({ until, experiments, keep: used })
    if (found && !dry) await tracking.purge(found, until, usedByVersions)
    for (const owner of [...(found?.runs ?? []), ...(found?.models ?? [])]) going.add(owner)
    ended ||= found !== undefined
    effects.push({
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
    })
    if (!dry) await tracking.noteRetention(name)
  }
  const swept = ended ? await sweepObjects(rooms, { dry, without: going }) : undefined
  onProgress(rules.length, rules.length, 'done')
  return { effects, bytes: swept?.freed.bytes ?? 0 }
}
