import { PassThrough, type Readable } from 'node:stream'

/**
 * So much of an upload, 4 MiB in parts of 64 KiB, comes in while what came before is being written; with less, network and disk wait
 * for each other. Part by part, as what is read in one piece would be copied together first.
 */
const bodyBuffer = { readableObjectMode: true, readableHighWaterMark: 64 }

/**
 * The body as a stream of its own: a handler that gives up half way must not tear down the connection, on which its error has still
 * to be said. What it leaves is read and forgotten, or the client would not come to read the answer.
 */
export function bodyOf(raw: Readable): Readable {
  const body = new PassThrough(bodyBuffer)
  raw.once('error', (error) => body.destroy(error))
  raw.once('close', () => {
    if (!raw.readableEnded)
      body.destroy(new Error('The client went away before its body was whole.'))
  })
  // A handler that does not read it has no ear for this.
  body.on('error', () => undefined)
  raw.pipe(body)
  body.once('close', () => raw.resume())
  return body
}
