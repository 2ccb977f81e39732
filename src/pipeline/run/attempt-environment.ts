import { basename } from 'node:path'

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

function parsed(text: string | undefined): object {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
