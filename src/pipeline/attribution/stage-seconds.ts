import { stageAttempts } from '../report/stage-attempts.ts'

/** How long a stage took when it last ran to its end here; `undefined` when it never did. */
export function stageSeconds(root: string, stage: string): number | undefined {
  const done = stageAttempts(root, stage).find((attempt) => attempt.exitCode === 0)
  return done?.resources?.wallSeconds
}
