import { TidemillError } from '#contract'

/** A relative path of plain parts, as it is stored. Anything that could mean another place is refused. */
export function artifactPath(path: string): string {
  const parts = path.split('/')
  const bad =
    path.length === 0 ||
    path.length > 1000 ||
    path.startsWith('/') ||
    path.includes('\\') ||
    Array.from(path).some((letter) => letter < ' ') ||
    /^[a-z]:/i.test(path) ||
    parts.some((part) => part === '' || part === '.' || part === '..')
  if (bad) {
    throw new TidemillError('bad_request', {
      problem: `"${path}" is no artifact path: relative, with / between plain names.`,
    })
  }
  return path
}
