import { Cron } from 'croner'
import type { Declaration } from '#contract'

/** Schedules of policies that are no cron lines, with the path of each. */
export function badSchedules(
  declared: Declaration,
): readonly { readonly path: readonly string[]; readonly problem: string }[] {
  return Object.entries(declared.policies ?? {}).flatMap(([name, policy]) =>
    policy.on.flatMap((trigger, index) => {
      if (!('schedule' in trigger)) return []
      try {
        new Cron(trigger.schedule, { timezone: 'UTC' }).stop()
        return []
      } catch {
        const path = ['policies', name, 'on', String(index), 'schedule']
        const problem = `${path.join('.')} "${trigger.schedule}" is no cron line, such as "0 3 * * 1"`
        return [{ path, problem }]
      }
    }),
  )
}
