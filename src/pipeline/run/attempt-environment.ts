import { realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Pipeline } from '../model.ts'

/** Under which tag a tracked run says the attempt of a stage that made it. */
export const attemptTag = 'tidemill.attempt'

/** Names an attempt by its log, which no other one has. */
export function attemptName(log: string): string {
  return basename(log, '.log')
}

/**
 * What the commands of an attempt find beside the rest: its name, and the same as tags for runs that they log through one of
 * MLflow's clients, which read them from `MLFLOW_RUN_CONTEXT`; what a user has put there stays. Their output goes to a file, where
 * Python would hold it back until there are 8 kB of it.
 */
export function attemptEnvironment(
  log: string,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const name = attemptName(log)
  const tags = { ...parsed(env.MLFLOW_RUN_CONTEXT), [attemptTag]: name }
  return {
    TIDEMILL_ATTEMPT: name,
    MLFLOW_RUN_CONTEXT: JSON.stringify(tags),
    PYTHONUNBUFFERED: env.PYTHONUNBUFFERED ?? '1',
  }
}

/** One variable may not be longer on Linux. */
const mostLetters = 100_000

/**
 * Where stages make what Git keeps: a run that one of them logs is not made from other code than the commit's because of that. It is
 * left unsaid where there is too much of it.
 */
export function keptOuts({ root, stages }: Pipeline): Record<string, string> {
  const outs = stages.flatMap((stage) => stage.outs.filter((out) => !out.cache))
  const real = realpathSync(root)
  const text = JSON.stringify(outs.map(({ target }) => join(real, target)))
  return outs.length === 0 || text.length > mostLetters ? {} : { TIDEMILL_KEPT_OUTS: text }
}

function parsed(text: string | undefined): object {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
