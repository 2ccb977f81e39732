import { Cron } from 'croner'
import type { Decision, PolicyDeclaration } from '#contract'

/** What a policy looks at when it is asked. Times in milliseconds. */
export interface PolicyFacts {
  readonly now: number
  /** When the last retraining began that came to an end of its own; undefined when none did. */
  readonly lastRetrainedAt?: number
  /** Those since then that failed or were cancelled, and when the last of them began. */
  readonly failed?: { readonly times: number; readonly lastAt: number }
  readonly retraining: boolean
  /** Open alarms that came since then, by monitor, each with its sentence. */
  readonly alarms: Readonly<Record<string, readonly string[]>>
  /** Rows of the newest data version that no retraining has had. */
  readonly newRows: number
}

export interface Verdict {
  readonly due: boolean
  readonly reasons: Decision['reasons']
}

/** After a retraining that failed: a full disk is seldom empty a moment later. */
const firstPauseMs = 600_000
const longestPauseMs = 86_400_000

/** Whether retraining is due, and what each trigger saw. One trigger is enough; a recent or running retraining holds all back. */
export function decide(policy: PolicyDeclaration, facts: PolicyFacts): Verdict {
  const reasons = policy.on.map((trigger) => reasonOf(trigger, facts))
  const held = heldBack(policy, facts)
  if (held !== undefined) {
    return { due: false, reasons: [...reasons, { trigger: 'pause', due: false, summary: held }] }
  }
  return { due: reasons.some((reason) => reason.due), reasons }
}

function reasonOf(
  trigger: PolicyDeclaration['on'][number],
  facts: PolicyFacts,
): Decision['reasons'][number] {
  const since = facts.lastRetrainedAt
  if ('alarm' in trigger) {
    const open = facts.alarms[trigger.alarm] ?? []
    return {
      trigger: `alarm of ${trigger.alarm}`,
      due: open.length > 0,
      summary:
        open[0] ??
        `No alarm ${since === undefined ? 'is open' : 'has opened since the last retraining'}.`,
    }
  }
  if ('newRows' in trigger) {
    const enough = facts.newRows >= trigger.newRows
    return {
      trigger: `${trigger.newRows} new rows`,
      due: enough,
      summary: `${facts.newRows} rows have come that no retraining has had; ${trigger.newRows} are ${enough ? 'enough' : 'needed'}.`,
    }
  }
  const next = since === undefined ? undefined : nextRun(trigger.schedule, since)
  const due = since === undefined || (next !== undefined && next <= facts.now)
  return {
    trigger: `schedule ${trigger.schedule}`,
    due,
    summary: due
      ? 'The scheduled time has come.'
      : `Next at ${next === undefined ? 'no time' : new Date(next).toISOString()}.`,
  }
}

function heldBack(policy: PolicyDeclaration, facts: PolicyFacts): string | undefined {
  if (facts.retraining) return 'Retraining is under way.'
  const { lastRetrainedAt, failed } = facts
  if (failed) {
    const again = failed.lastAt + Math.min(longestPauseMs, firstPauseMs * 2 ** (failed.times - 1))
    if (facts.now < again) {
      return `The last retraining came to nothing; the next is tried at ${new Date(again).toISOString()}.`
    }
  }
  const pause = (policy.minHoursBetween ?? 0) * 3_600_000
  if (lastRetrainedAt === undefined || facts.now - lastRetrainedAt >= pause) return undefined
  return `Retrained less than ${policy.minHoursBetween} h ago.`
}

/** The first time after `since` that a cron line names (UTC); undefined for a line that never comes. */
function nextRun(line: string, since: number): number | undefined {
  return new Cron(line, { timezone: 'UTC' }).nextRun(new Date(since))?.getTime()
}
