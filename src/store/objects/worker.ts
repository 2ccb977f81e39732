import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import type { DigestAnswer, DigestRequest } from './digest-behind.ts'

// Reads files behind who writes them: their bytes are still in memory, and the server's thread takes the next ones in meanwhile.

interface Reading {
  readonly handle: number
  readonly hash: Hash
  read: number
}

const buffer = Buffer.allocUnsafeSlow(1 << 20)
const files = new Map<number, Reading>()

parentPort?.on('message', (request: DigestRequest) => {
  try {
    const digest = answer(request)
    if (digest !== undefined) send({ id: request.id, digest })
  } catch (error) {
    close(request.id)
    send({ id: request.id, problem: error instanceof Error ? error.message : String(error) })
  }
})

function send(message: DigestAnswer): void {
  parentPort?.postMessage(message)
}

function answer(request: DigestRequest): string | undefined {
  const { id, kind } = request
  if (kind === 'open') {
    files.set(id, { handle: openSync(request.file, 'r'), hash: createHash('sha256'), read: 0 })
    return undefined
  }
  if (kind === 'written') {
    const reading = files.get(id)
    if (reading) readOn(reading, request.size)
    return undefined
  }
  const reading = files.get(id)
  close(id)
  return kind === 'digest' ? reading?.hash.digest('hex') : undefined
}

function readOn(reading: Reading, size: number): void {
  while (reading.read < size) {
    const most = Math.min(buffer.length, size - reading.read)
    const count = readSync(reading.handle, buffer, 0, most, reading.read)
    if (count === 0) throw new Error(`the file ends at ${reading.read} of ${size} bytes`)
    reading.hash.update(buffer.subarray(0, count))
    reading.read += count
  }
}

function close(id: number): void {
  const reading = files.get(id)
  files.delete(id)
  if (reading) closeSync(reading.handle)
}
