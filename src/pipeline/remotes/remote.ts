import type { Entry } from '../model.ts'

/** Told how many more bytes are over. */
export type OnBytes = (count: number) => void

/** A store of objects and runs outside the repository, in the layout that DVC gives its remotes. Paths have `/` between names. */
export interface Remote {
  readonly name: string
  /** How many paths one request lists, in their order; absent where listing saves nothing. */
  readonly page?: number
  /** Where nobody can say what there is. */
  readonly unlisted?: true
  /** `undefined` when nothing is there. */
  stat(path: string): Promise<RemoteFile | undefined>
  /** Copies a file of ours there, whole or not at all; one that was cut off before goes on where the place can do that. */
  put(path: string, file: string, onBytes?: OnBytes): Promise<void>
  /**
   * Copies from there to `file`, behind the bytes that are in it already; the MD5 of the whole in hex. A copy that is cut off
   * leaves what came, so that the next one goes on from there. Errors: `remote_object_missing`.
   */
  get(path: string, file: string, onBytes?: OnBytes): Promise<string>
  /** The paths of all files below a folder; in their order, where the place has one. Errors: `bad_request` where it cannot say. */
  list(folder: string): AsyncIterable<string>
  remove(path: string): Promise<void>
  close(): Promise<void>
}

export interface RemoteFile {
  readonly size: number
  /** What the place calls this state of it, where it has a word for that. */
  readonly etag?: string
}

/** Where DVC keeps an object on a remote. */
export function remotePath(md5: string): string {
  return `files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`
}

/** Where DVC 2 keeps an object on a remote. */
export function legacyRemotePath(md5: string): string {
  return `${md5.slice(0, 2)}/${md5.slice(2)}`
}

/** Where an object of an entry belongs on a remote, the entry's own or a file's in its folder. */
export function placeOf({ hash }: Pick<Entry, 'hash'>, md5: string): string {
  return hash === undefined ? legacyRemotePath(md5) : remotePath(md5)
}

/** The digest that a path of a remote names; `undefined` for what is no object. */
export function digestAt(path: string): string | undefined {
  const [rest = '', prefix = ''] = path.split('/').toReversed()
  const digest = `${prefix}${rest}`
  return /^[0-9a-f]{32}(?:\.dir)?$/.test(digest) ? digest : undefined
}
