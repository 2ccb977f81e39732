import type { Health, Monitor } from '#contract'

/** How a monitor is, in a colour and a word. */
export function monitorState(monitor: Monitor): { health: Health; word: string } {
  const { last, openAlarms, problem } = monitor
  if (openAlarms > 0) return { health: 'bad', word: openAlarms === 1 ? 'alarm' : 'alarms' }
  // What is not looked at is not steady, whatever the last report said.
  if (problem !== undefined) return { health: 'bad', word: 'not looked at' }
  if (last === undefined) return { health: 'none', word: 'no report yet' }
  return last.drifted
    ? { health: 'attention', word: 'drifted' }
    : { health: 'good', word: 'steady' }
}
