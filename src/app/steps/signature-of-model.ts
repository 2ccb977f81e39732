import type { operations, OutputOf } from '#contract'
import { readMlmodelSignature } from '../borders/mlflow/mlmodel-signature.ts'
import type { Rooms } from '../rooms.ts'
import { inputExampleOf } from './input-example.ts'
import { descriptionOf } from './model-files.ts'

type Said = OutputOf<typeof operations.loggedModels.signature>

/** What the MLmodel of a logged model says that it reads and answers, with the example beside it. */
export async function signatureOfModel(rooms: Rooms, model: string): Promise<Said> {
  const files = await rooms.tracking.artifacts(model)
  const described = files.find(({ path }) => path === 'MLmodel')
  if (!described) return {}
  const mlmodel = await descriptionOf(rooms, described)
  const signature = readMlmodelSignature(mlmodel)
  const { inputs, outputs, params } = signature
  const isSaid = inputs.length > 0 || outputs !== undefined || params !== undefined
  return { ...(isSaid ? { signature } : {}), ...(await inputExampleOf(rooms, mlmodel, files)) }
}
