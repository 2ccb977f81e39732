import { lstatSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import { dirname } from 'node:path/posix'
import { TidemillError } from '#contract/error'

/** Folders in which Git, Mercurial and DVC keep what they are set up with: what is written there may run. */
const ownNames = new Set(['.git', '.hg', '.dvc'])

/**
 * The absolute path of a target, for whoever writes or removes there. Targets come out of files that a clone brought along, so one
 * that lies outside the repository, behind a link that leads out of it, or in a folder of Git's or DVC's own is refused. Errors:
 * `conflict`.
 */
export function writablePath(root: string, target: string): string {
  if (isAbsolute(target) || target === '.' || target === '..' || target.startsWith('../'))
    throw refused(target, `it is not inside the repository ${root}`)
  refuseOwnNames(target)
  const path = join(root, target)
  const top = realpathSync(root)
  for (const place of placesToResolve(root, target)) {
    const inside = relative(top, resolved(place, target))
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
      throw refused(target, 'a link on the way there leads out of the repository')
    refuseOwnNames(inside, target)
  }
  return path
}

/** Refuses a path with a part that only Git, Mercurial or DVC write to. Errors: `conflict`. */
export function refuseOwnNames(path: string, target = path): void {
  const own = path.split('/').find((part) => ownNames.has(part.toLowerCase()))
  if (own !== undefined) throw refused(target, `it lies in ${own}, where no data belongs`)
}

/** The nearest folder that is there, and the target itself where it is a link to a folder. */
function placesToResolve(root: string, target: string): readonly string[] {
  const path = join(root, target)
  const places: string[] = []
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() && isFolder(path))
    places.push(path)
  let above = dirname(target)
  while (above !== '.' && !lstatSync(join(root, above), { throwIfNoEntry: false }))
    above = dirname(above)
  return [...places, join(root, above)]
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function resolved(place: string, target: string): string {
  try {
    return realpathSync(place)
  } catch (error) {
    throw refused(target, 'a link on the way there leads to nothing', error)
  }
}

function refused(target: string, why: string, cause?: unknown): TidemillError {
  const problem = `${target} is neither written nor removed: ${why}. Look at the file that names it.`
  return new TidemillError('conflict', { problem }, cause)
}
