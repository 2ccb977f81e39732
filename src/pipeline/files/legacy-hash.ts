import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from '../model.ts'
import { makeManifest } from './manifest.ts'
import type { WorkspaceFiles } from './workspace-files.ts'

const chunk = 1 << 20
const looked = 512
const newline = 0x0a
const carriage = 0x0d

/** The hash of DVC 2: MD5 with CRLF read as LF, piece by piece, in pieces of 1 MiB that begin like text. */
export function legacyHash(file: string): string {
  const digest = createHash('md5')
  const buffer = Buffer.allocUnsafe(chunk)
  const handle = openSync(file, 'r')
  try {
    for (;;) {
      const count = readSync(handle, buffer, 0, chunk, null)
      if (count === 0) return digest.digest('hex')
      const piece = buffer.subarray(0, count)
      digest.update(looksLikeText(piece) ? withoutCarriages(piece) : piece)
    }
  } finally {
    closeSync(handle)
  }
}

function looksLikeText(piece: Uint8Array): boolean {
  const start = piece.subarray(0, looked)
  if (start.includes(0)) return false
  // printable ASCII and \n \r \t \f \b
  const odd = start.filter(
    (byte) => !((byte >= 32 && byte < 127) || [8, 9, 10, 12, 13].includes(byte)),
  )
  return odd.length <= 0.3 * start.length
}

function withoutCarriages(piece: Uint8Array): Uint8Array {
  return piece.filter((byte, index) => byte !== carriage || piece[index + 1] !== newline)
}

/** Whether what lies at a path is what an entry records, by the hash the entry was made with. */
export async function isRecorded(
  files: WorkspaceFiles,
  target: string,
  entry: Entry,
): Promise<boolean> {
  const content = await files.content(target)
  if (!content || entry.md5 === undefined) return false
  if (content.md5 === entry.md5) return true
  if (entry.hash !== undefined) return false
  const path = files.absolute(target)
  if (!content.manifest) return legacyHash(path) === entry.md5
  const each = content.manifest.files.map((file) => ({
    path: file.path,
    md5: legacyHash(join(path, file.path)),
  }))
  return makeManifest(each).md5 === entry.md5
}
