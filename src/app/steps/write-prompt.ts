import { TidemillError, type ModelVersion } from '#contract'
import { isPrompt, promptTags, promptVersionTags } from '../borders/mlflow/prompt-record.ts'
import type { Rooms } from '../rooms.ts'
import { registerSource } from './register-source.ts'

export interface PromptText {
  readonly name: string
  readonly text: string
  /** What was changed, and why. */
  readonly message?: string
  readonly by: string
}

/** A new version of a prompt, as MLflow's clients write and load it; the prompt too, where there is none of the name. */
export async function writePrompt(rooms: Rooms, given: PromptText): Promise<ModelVersion> {
  const { name, text, message, by } = given
  const known = await rooms.registry.findModel(name)
  if (known && !isPrompt(known)) throw new TidemillError('already_exists', { kind: 'model', name })
  if (!known) await rooms.registry.createModel({ name, tags: promptTags })
  return registerSource(rooms, {
    ...{ model: name, by, tags: promptVersionTags(text) },
    ...(message === undefined ? {} : { description: message }),
  })
}
