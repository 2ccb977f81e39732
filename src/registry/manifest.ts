import { createHash } from 'node:crypto'
import type { Manifest } from '#contract'

/**
 * The manifest of files: their digests in the order of their paths. Its digest is that of the lines `<hex>  <path>`, so anybody can
 * make it again from the files alone: `sha256sum $(find . -type f -printf '%P\n' | LC_ALL=C sort) | sha256sum`.
 */
export function manifestOf(
  files: Manifest['files'],
  place: Pick<Manifest, 'owner' | 'folder'>,
): Manifest {
  const ordered = files.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  const hash = createHash('sha256')
  for (const { path, digest } of ordered)
    hash.update(`${digest.replace(/^sha256:/, '')}  ${path}\n`)
  return { digest: `sha256:${hash.digest('hex')}`, files: ordered, ...place }
}

/** The files below a folder of an owner, by their paths within it. */
export function filesBelow(
  folder: string,
  files: readonly { readonly path: string; readonly digest: string; readonly size: number }[],
): Manifest['files'] {
  const start = folder === '' ? '' : `${folder}/`
  return files
    .filter((file) => file.path.startsWith(start))
    .map(({ path, digest, size }) => ({ path: path.slice(start.length), digest, size }))
}
