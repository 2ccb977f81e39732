import { TidemillError, type Run } from '#contract'
import type { Rooms } from '../rooms.ts'
import { cannotRerun } from './rerun-refusal.ts'
import { argumentsTag } from './script-arguments.ts'

/** Serves the home to a script alone, which proves itself with the token. */
export type ServeScript = (
  project: string,
) => Promise<{ readonly url: string; readonly token: string; stop(): Promise<void> }>

/** What tells a run that it makes another one again. */
export const rerunTag = 'tidemill.rerunOf'

const kept = ['mlflow.source.name', 'mlflow.source.type', 'mlflow.source.git.commit'] as const

/**
 * Lets a script log with MLflow's client into a run that is there already: the client takes the run of MLFLOW_RUN_ID for the first
 * that the script starts. `words` are the script's arguments, which the new run keeps.
 */
export async function withMlflow(
  rooms: Rooms,
  { of, words }: { readonly of: Run; readonly words: readonly string[] },
  serve: ServeScript | undefined,
  work: (env: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
  if (!serve) throw cannotRerun(of, 'its script logs to a server, and there is none here')
  const { tracking } = rooms
  const tags = Object.fromEntries(
    kept.flatMap((key) => (of.tags[key] === undefined ? [] : [[key, of.tags[key]]])),
  )
  const { again = of.id, script } = of.source
  const source = {
    ...of.source,
    again,
    ...(script ? { script: { ...script, arguments: [...words] } } : {}),
  }
  const server = await serve(rooms.project)
  try {
    const { id } = await tracking.create({
      experiment: { id: of.experimentId },
      name: of.name,
      user: of.user,
      source,
      tags: { ...tags, [rerunTag]: of.id, ...argumentTags(words) },
    })
    await logInto(tracking, id, () =>
      work({
        MLFLOW_TRACKING_URI: server.url,
        MLFLOW_REGISTRY_URI: server.url,
        MLFLOW_TRACKING_TOKEN: server.token,
        MLFLOW_EXPERIMENT_ID: of.experimentId,
        MLFLOW_RUN_ID: id,
      }),
    )
  } finally {
    await server.stop()
  }
}

function argumentTags(words: readonly string[]): Readonly<Record<string, string>> {
  return words.length === 0 ? {} : { [argumentsTag]: JSON.stringify(words) }
}

/** The script ends the run; where it does not, the run has failed. */
async function logInto(
  tracking: Rooms['tracking'],
  run: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
    const made = await tracking.run(run)
    if (made.status !== 'running') return
    const problem = `Its script ran to its end and did not log into the run it was given: it names a run or a server of its own.`
    throw new TidemillError('conflict', { problem })
  } catch (error) {
    const { status } = await tracking.run(run)
    if (status === 'running') await tracking.end(run, 'failed')
    throw error
  }
}
