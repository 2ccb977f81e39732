import { hash } from 'node:crypto'
import { jsonText } from '../values/python-json.ts'
import { compareText } from '../values/python-text.ts'

/** A file of a folder: its path in there and its content. */
export interface TreeFile {
  readonly path: string
  readonly md5: string
}

export interface Manifest {
  /** MD5 of `text`, and `.dir`. */
  readonly md5: string
  /** The bytes of the `.dir` object, ASCII. */
  readonly text: string
  /** Sorted by path. */
  readonly files: readonly TreeFile[]
}

/** The manifest of a folder, to the byte as DVC writes it: the address of the folder is the MD5 of this text. */
export function makeManifest(files: readonly TreeFile[]): Manifest {
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path))
  const text = `[${sorted.map(({ md5, path }) => `{"md5": "${md5}", "relpath": ${jsonText(path)}}`).join(', ')}]`
  return { md5: `${hash('md5', text, 'hex')}.dir`, text, files: sorted }
}

/** Reads a manifest; `undefined` when it is none. Paths that would lead out of the folder make it none. */
export function readManifest(text: string): readonly TreeFile[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text) as unknown
  } catch {
    return undefined
  }
  if (!Array.isArray(value)) return undefined
  const files: TreeFile[] = []
  for (const item of value as readonly unknown[]) {
    const { relpath: path, md5 } = (item ?? {}) as { relpath?: unknown; md5?: unknown }
    if (typeof path !== 'string' || typeof md5 !== 'string' || !/^[0-9a-f]{32}$/.test(md5))
      return undefined
    if (path.startsWith('/') || path.split('/').some((part) => part === '..' || part === ''))
      return undefined
    files.push({ path, md5 })
  }
  return files
}
