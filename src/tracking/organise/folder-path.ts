import { TidemillError } from '#contract'

/** The folder an experiment's name puts it in; `''` for the uppermost, which names with empty parts are in too. */
export function folderOf(name: string): string {
  const parts = name.split('/')
  return parts.includes('') ? '' : parts.slice(0, -1).join('/')
}

/** Whether an experiment of that name is in a folder or below it. */
export function isWithin(folder: string, name: string): boolean {
  const own = folderOf(name)
  return folder === '' || own === folder || own.startsWith(`${folder}/`)
}

/** A folder's path as it is written; `''` for the uppermost. */
export function folderPath(path: string): string {
  const trimmed = path.replace(/\/$/, '')
  if (trimmed === '' || !trimmed.split('/').includes('')) return trimmed
  const problem = `"${path}" is no folder: names with one / between them.`
  throw new TidemillError('bad_request', { problem })
}
