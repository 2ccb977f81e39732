import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { explainFullDisk } from '#contract/error'
import type { OnBytes } from './remote.ts'

/**
 * Writes a stream behind what `file` holds already; the MD5 of the whole. `openFrom` is given how many bytes there are, and answers
 * `undefined` when there are no more. What is here is read first: of 50 GB that takes longer than a server waits for a reader.
 */
export async function receiveStream(
  file: string,
  openFrom: (offset: number) => Promise<AsyncIterable<Uint8Array> | undefined>,
  onBytes?: OnBytes,
): Promise<string> {
  mkdirSync(dirname(file), { recursive: true })
  const have = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const digest = createHash('md5')
  if (have > 0) for await (const chunk of createReadStream(file)) digest.update(chunk)
  const source = await openFrom(have)
  const target = await open(file, 'a')
  try {
    for await (const chunk of source ?? []) {
      await target.write(chunk)
      digest.update(chunk)
      onBytes?.(chunk.length)
    }
    await target.sync()
  } catch (error) {
    throw explainFullDisk(error, file)
  } finally {
    await target.close()
  }
  return digest.digest('hex')
}

/** A stream whose bytes are told of as they go by. */
export async function* told(
  source: AsyncIterable<Uint8Array>,
  onBytes?: OnBytes,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    yield chunk
    onBytes?.(chunk.length)
  }
}
