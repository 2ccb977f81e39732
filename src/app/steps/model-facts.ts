import type { Artifact, ModelFacts } from '#contract'
import { readOnnxSignature } from '#learn'
import type { Rooms } from '../rooms.ts'
import { factsBeside, onnxBytes } from './model-files.ts'

/** What is known of a model's inputs and answers: what training wrote beside it, else what the ONNX file itself says. */
export async function readModelFacts(
  rooms: Rooms,
  run: string,
  artifact: Artifact,
): Promise<ModelFacts> {
  const beside = artifact.path.replace(/[^/]+$/, 'signature.json')
  const described = await rooms.tracking.findArtifact(run, beside)
  if (described) return factsBeside(rooms, described)
  return { signature: readOnnxSignature(await onnxBytes(rooms, artifact)) }
}
