import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry } from '../model.ts'
import { makeManifest, type TreeFile } from './manifest.ts'
import type { WorkspaceFiles } from './workspace-files.ts'

const chunk = 1 << 20
const looked = 512
const newline = 0x0a
const carriage = 0x0d

/** The hash of DVC 2: MD5 with CRLF read as LF, piece by piece, in pieces of 1 MiB that begin like text. */
export async function legacyHash(file: string): Promise<string> {
  const digest = createHash('md5')
  const buffer = Buffer.allocUnsafe(chunk)
  const handle = await open(file, 'r')
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, chunk, null)
      if (bytesRead === 0) return digest.digest('hex')
      const piece = buffer.subarray(0, bytesRead)
      digest.update(looksLikeText(piece) ? withoutCarriages(piece) : piece)
    }
  } finally {
    await handle.close()
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
  if (!content.manifest) return (await files.legacyMd5(target)) === entry.md5
  const each: TreeFile[] = []
  for (const { path } of content.manifest.files)
    each.push({ path, md5: await files.legacyMd5(join(target, path)) })
  return makeManifest(each).md5 === entry.md5
}
