import { extname } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.json': 'application/json; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.yaml': 'text/plain; charset=utf-8',
  '.yml': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.bmp': 'image/bmp',
  '.svg': 'image/svg+xml',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.ogg': 'audio/ogg',
  '.flac': 'audio/flac',
  '.m4a': 'audio/mp4',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.mov': 'video/quicktime',
}

const unknown = 'application/octet-stream'

/**
 * What a user's file may be shown as within a page of ours; no type here is one that a browser would run as a page. Opened by its
 * own address each is a download in a sandbox, which a picture in SVG, that could carry a script, needs.
 */
export function contentTypeOf(path: string): string {
  return types[extname(path).toLowerCase()] ?? unknown
}

/** The same of a file whose media type is known, and not by its name. */
export function shownTypeOf(type: string): string {
  const known = Object.values(types).find((each) => each.split(';')[0] === type)
  return known ?? (/^(?:audio|video)\/[\w.+-]+$/.test(type) ? type : unknown)
}

/** What programs know such a file by, when it is a download. */
export function extensionOf(type: string): string {
  const all = Object.entries({ ...types, '.pdf': 'application/pdf', '.html': 'text/html' })
  return all.find(([, each]) => each.split(';')[0] === type)?.[0] ?? ''
}
