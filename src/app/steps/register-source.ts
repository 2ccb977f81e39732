import { createHash } from 'node:crypto'
import {
  isDigest,
  TidemillError,
  type Artifact,
  type Manifest,
  type ModelVersion,
  type Signature,
} from '#contract'
import { readOnnxSignature } from '#learn'
import { filesBelow, manifestOf } from '#registry'
import { ownPlaceOf } from '#tracking'
import { firstRowOf } from '../borders/mlflow/mlmodel-example.ts'
import { onnxFileOf } from '../borders/mlflow/mlmodel-onnx.ts'
import { readMlmodelSignature } from '../borders/mlflow/mlmodel-signature.ts'
import { found } from '../found.ts'
import type { Rooms } from '../rooms.ts'
import { datasetsOfRun } from './datasets-of-run.ts'
import { inputExampleOf } from './input-example.ts'
import { descriptionOf, onnxBytes } from './model-files.ts'

export interface SourceRequest {
  readonly model: string
  readonly by: string
  readonly run?: string
  /** Where its files are; nothing for a prompt, which is all in its tags. */
  readonly uri?: string
  readonly tags: Readonly<Record<string, string>>
  readonly description?: string
  /** The number it had elsewhere. */
  readonly number?: number
}

/** What is known of a model's files where they are. */
export interface FoundModel {
  readonly artifact: Pick<Artifact, 'digest' | 'size'>
  readonly format: ModelVersion['format']
  readonly signature: Signature
  readonly inputExample?: ModelVersion['inputExample']
  readonly manifest?: Manifest
}

/** Makes a version of files that an MLflow client stored; an ONNX model among them can be served here. */
export async function registerSource(rooms: Rooms, request: SourceRequest): Promise<ModelVersion> {
  const { run, uri, ...rest } = request
  const files = await lookInto(rooms, uri)
  const made = run === undefined ? undefined : await found(rooms.tracking.run(run))
  const version = await rooms.registry.addVersion({
    ...rest,
    ...files,
    ...(made === undefined ? {} : { run: made, datasets: await datasetsOfRun(rooms, made.id) }),
    ...(uri === undefined ? {} : { uri }),
  })
  if (made) {
    const to = { kind: 'model', id: `${version.model}/${version.version}` }
    await rooms.lineage.link([{ from: { kind: 'run', id: made.id }, to, relation: 'registered' }])
  }
  return version
}

/** The model at an address: an ONNX model where that is what every client would load, else one for MLflow alone. */
export async function lookInto(rooms: Rooms, uri: string | undefined): Promise<FoundModel> {
  const place = uri === undefined ? undefined : ownPlaceOf(uri)
  const files = place ? filesBelow(place.path, await rooms.tracking.artifacts(place.owner)) : []
  if (!place || files.length === 0) return { ...elsewhere(uri), signature: { inputs: [] } }
  const manifest = manifestOf(files, { owner: place.owner, folder: place.path })
  const described = files.find((file) => file.path === 'MLmodel')
  const mlmodel = described ? await descriptionOf(rooms, described) : ''
  const row = firstRowOf((await inputExampleOf(rooms, mlmodel, files)).inputExample)
  const known = { manifest, ...(row === undefined ? {} : { inputExample: row }) }
  const loaded = onnxFileOf(mlmodel)
  const onnx = files.find((file) => file.path === loaded)
  if (onnx && isDigest(onnx.digest)) {
    const signature = await onnxSignature(rooms, onnx)
    if (signature) return { artifact: onnx, format: 'onnx', signature, ...known }
  }
  const size = files.reduce((sum, file) => sum + file.size, 0)
  const artifact = { digest: manifest.digest, size }
  return { artifact, format: 'mlflow', signature: readMlmodelSignature(mlmodel), ...known }
}

/** What an ONNX file says of itself; one that cannot be read is a model for MLflow alone. */
async function onnxSignature(
  rooms: Rooms,
  file: Manifest['files'][number],
): Promise<Signature | undefined> {
  try {
    return readOnnxSignature(await onnxBytes(rooms, file))
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'model_invalid') return undefined
    throw error
  }
}

/** Files that another store keeps are known by their address alone. */
function elsewhere(uri = ''): Pick<FoundModel, 'artifact' | 'format'> {
  const hex = createHash('sha256').update(uri).digest('hex')
  return { artifact: { digest: `sha256:${hex}`, size: 0 }, format: 'mlflow' }
}
