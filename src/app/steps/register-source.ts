import { createHash } from 'node:crypto'
import { text } from 'node:stream/consumers'
import {
  isDigest,
  TidemillError,
  type Artifact,
  type Digest,
  type ModelVersion,
  type Signature,
} from '#contract'
import { readOnnxSignature } from '#learn'
import { ownPlaceOf } from '#tracking'
import type { Rooms } from '../rooms.ts'

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

interface Found {
  readonly artifact: Pick<Artifact, 'digest' | 'size'>
  readonly format: ModelVersion['format']
  readonly signature: Signature
}

/** Makes a version of files that an MLflow client stored; an ONNX model among them can be served here. */
export async function registerSource(rooms: Rooms, request: SourceRequest): Promise<ModelVersion> {
  const { run, uri, ...rest } = request
  const found = await lookInto(rooms, uri)
  const made = run === undefined ? undefined : await runOf(rooms, run)
  const version = await rooms.registry.addVersion({
    ...rest,
    ...found,
    ...(made === undefined ? {} : { run: made }),
    ...(uri === undefined ? {} : { uri }),
  })
  if (made) {
    const to = { kind: 'model', id: `${version.model}/${version.version}` }
    await rooms.lineage.link([{ from: { kind: 'run', id: made.id }, to, relation: 'registered' }])
  }
  return version
}

async function runOf(rooms: Rooms, id: string) {
  return rooms.tracking.run(id).catch((error: unknown) => {
    if (error instanceof TidemillError && error.code === 'not_found') return undefined
    throw error
  })
}

async function lookInto(rooms: Rooms, uri: string | undefined): Promise<Found> {
  const place = uri === undefined ? undefined : ownPlaceOf(uri)
  const files = place ? await rooms.tracking.artifacts(place.owner) : []
  const start = place === undefined || place.path === '' ? '' : `${place.path}/`
  const own = files.filter((file) => file.path.startsWith(start))
  const described = own.find((file) => file.path === `${start}MLmodel`)
  const onnx = own.filter((file) => file.path.endsWith('.onnx'))
  if (place && described && onnx.length === 1 && onnx[0] && isDigest(onnx[0].digest)) {
    const mlmodel = await text(await rooms.tracking.artifact(place.owner, described.path))
    if (/^ {2}onnx:/m.test(mlmodel)) {
      const signature = await onnxSignature(rooms, onnx[0].digest)
      if (signature) return { artifact: onnx[0], format: 'onnx', signature }
    }
  }
  return { artifact: listOf(uri, own), format: 'mlflow', signature: { inputs: [] } }
}

/** What an ONNX file says of itself; one that cannot be read is a model for MLflow alone. */
async function onnxSignature(rooms: Rooms, digest: Digest): Promise<Signature | undefined> {
  const bytes = await rooms.objects.read(digest)
  try {
    return readOnnxSignature(bytes)
  } catch (error) {
    if (error instanceof TidemillError) return undefined
    throw error
  }
}

/** A folder's digest: of its files' names and digests, in order. */
function listOf(
  uri: string | undefined,
  files: readonly Artifact[],
): Pick<Artifact, 'digest' | 'size'> {
  const lines = files.map((file) => `${file.digest} ${file.path}\n`)
  const content = lines.length === 0 ? (uri ?? '') : lines.join('')
  return {
    digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
    size: files.reduce((sum, file) => sum + file.size, 0),
  }
}
