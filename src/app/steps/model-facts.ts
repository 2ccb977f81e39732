import { text } from 'node:stream/consumers'
import type { Artifact, ModelVersion, Signature } from '#contract'
import { isDigest, TidemillError } from '#contract'
import { readOnnxSignature } from '#learn'
import type { Rooms } from '../rooms.ts'

interface ModelFacts {
  readonly signature: Signature
  readonly inputExample?: ModelVersion['inputExample']
}

/** What is known of a model's inputs and answers: what training wrote beside it, else what the ONNX file itself says. */
export async function readModelFacts(
  rooms: Rooms,
  run: string,
  artifact: Artifact,
): Promise<ModelFacts> {
  const beside = artifact.path.replace(/[^/]+$/, 'signature.json')
  const artifacts = await rooms.tracking.artifacts(run)
  if (artifacts.some((each) => each.path === beside)) {
    return JSON.parse(await text(await rooms.tracking.artifact(run, beside))) as ModelFacts
  }
  if (!isDigest(artifact.digest)) {
    throw new TidemillError('model_invalid', { name: artifact.path, problem: 'it has no digest' })
  }
  return { signature: readOnnxSignature(await rooms.objects.read(artifact.digest)) }
}
