import { extname } from 'node:path'
import { TidemillError } from '#contract'
import type { Place } from '#tracking'
import { contentTypeOf, extensionOf, shownTypeOf } from './content-type.ts'
import type { Download } from './handler.ts'
import type { Rooms } from './rooms.ts'

/** That there is such a run, logged model or trace; files without one are nobody's. */
export async function requireOwner(rooms: Rooms, owner: string): Promise<void> {
  if (owner.startsWith('m-')) await rooms.tracking.loggedModel(owner)
  else if (owner.startsWith('tr-')) await rooms.tracking.trace(owner)
  else await rooms.tracking.run(owner)
}

/** A file, or the part of it that a `Range` header asks for; `type` where its name tells none. */
export async function artifactDownload(
  rooms: Rooms,
  { owner, path }: Place,
  header: string | string[] | undefined,
  type?: string,
): Promise<Download> {
  const found = await rooms.tracking.findArtifact(owner, path)
  if (!found) throw new TidemillError('not_found', { kind: 'artifact', name: path })
  const range = rangeOf(header, found.size)
  return {
    bytes: await rooms.tracking.artifact(owner, path, range),
    ...namedAndTyped(path.split('/').at(-1) ?? 'artifact', type),
    status: range ? 206 : 200,
    headers: {
      'accept-ranges': 'bytes',
      etag: `"${found.digest}"`,
      'content-length': String(range ? range.end - range.start + 1 : found.size),
      ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${found.size}` } : {}),
    },
  }
}

function namedAndTyped(
  name: string,
  type: string | undefined,
): Pick<Download, 'filename' | 'type'> {
  if (type === undefined || extname(name) !== '')
    return { filename: name, type: contentTypeOf(name) }
  return { filename: `${name}${extensionOf(type)}`, type: shownTypeOf(type) }
}

/** The one range a request asks for; several, or none that exists, mean the whole file. */
function rangeOf(
  header: string | string[] | undefined,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(typeof header === 'string' ? header : '')
  if (!match) return undefined
  const [, from = '', to = ''] = match
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return start <= end && start < size && (from !== '' || to !== '') ? { start, end } : undefined
}
