import type { Health } from '#contract'

/** How each state is called where a word fits. */
export const healthWords: Readonly<Record<Health, string>> = {
  none: 'not there yet',
  good: 'good',
  busy: 'working',
  attention: 'needs attention',
  bad: 'broken',
}

const severity: readonly Health[] = ['none', 'good', 'busy', 'attention', 'bad']

/** The one that most wants a person. */
export function worstHealth(states: readonly Health[]): Health {
  return states.reduce<Health>(
    (worst, each) => (severity.indexOf(each) > severity.indexOf(worst) ? each : worst),
    'none',
  )
}
