import type { Health, StageAttempt } from '#contract'

const pills = {
  running: ['busy', 'running'],
  done: ['good', 'done'],
  failed: ['bad', 'failed'],
  cancelled: ['none', 'cancelled'],
  'timed out': ['bad', 'timed out'],
  restored: ['good', 'from the cache'],
  killed: ['bad', 'killed'],
} as const

/** How an attempt is shown; a command that failed with its exit code. */
export function attemptPill({ state, exitCode }: StageAttempt): { health: Health; word: string } {
  const [health, word] = pills[state]
  return { health, word: state === 'failed' && exitCode !== undefined ? `exit ${exitCode}` : word }
}
