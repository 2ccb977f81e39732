import { text } from 'node:stream/consumers'
import { Check } from 'typebox/schema'
import { isDigest, ModelFacts, TidemillError, type Artifact, type Digest } from '#contract'
import type { Rooms } from '../rooms.ts'

/** What describes a model is short; a longer text is something else, and would fill the memory of everybody. */
const mostText = 4 << 20
/** An ONNX file is read whole for its signature, as it is to be served. */
const mostOnnx = 1 << 30

type File = Pick<Artifact, 'path' | 'digest' | 'size'>

/** A file that describes a model, as text. */
export async function descriptionOf(rooms: Rooms, file: File): Promise<string> {
  const digest = digestOf(file, mostText)
  return text(await rooms.objects.get(digest))
}

/** The bytes of an ONNX file. */
export async function onnxBytes(rooms: Rooms, file: File): Promise<Uint8Array> {
  return rooms.objects.read(digestOf(file, mostOnnx))
}

/** What training wrote beside a model, in the shape that gates, clients and endpoints rely on. */
export async function factsBeside(rooms: Rooms, file: File): Promise<ModelFacts> {
  let read: unknown
  try {
    read = JSON.parse(await descriptionOf(rooms, file))
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(file, 'it is no JSON', error)
    throw error
  }
  if (Check(ModelFacts, read)) return read
  throw invalid(file, 'it holds no signature with the fields that a model reads')
}

function digestOf(file: File, most: number): Digest {
  if (!isDigest(file.digest)) throw invalid(file, 'it has no digest')
  if (file.size <= most) return file.digest
  throw invalid(file, `it has ${file.size} bytes, and at most ${most} are read for it`)
}

function invalid({ path }: File, problem: string, cause?: unknown): TidemillError {
  return new TidemillError('model_invalid', { name: path, problem: `${problem}.` }, cause)
}
