import { lstatSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import { basename, dirname } from 'node:path/posix'
import { TidemillError } from '#contract/error'
import { git } from '../git.ts'

/** Folders in which Git, Mercurial and DVC keep what they are set up with: what is written there may run. */
const ownNames = new Set(['.git', '.hg', '.dvc'])

/**
 * The absolute path of a target, for whoever writes or removes there. Targets come out of files that a clone brought along, so one
 * that lies outside the repository, behind a link that leads out of it, or in a folder of Git's or DVC's own is refused. A link that
 * Git does not track came with no clone: it is the user's own way to a larger disk. With `itself` what is there goes, and where it is
 * a link the link alone. Errors: `conflict`.
 */
export function writablePath(
  root: string,
  target: string,
  { itself = false }: { readonly itself?: boolean } = {},
): string {
  if (isAbsolute(target) || target === '.' || target === '..' || target.startsWith('../'))
    throw refused(target, `it is not inside the repository ${root}`)
  refuseOwnNames(target)
  const path = join(root, target)
  const top = realpathSync(root)
  for (const place of placesToResolve(root, target, itself)) {
    const inside = relative(top, resolved(place, target))
    if (!leadsOut(inside)) refuseOwnNames(inside, target)
    else if (!isUsersLink(firstLinkOut(root, top, relative(root, place))))
      throw refused(
        target,
        'a link on the way there, which is not your own, leads out of the repository',
      )
  }
  return path
}

/** Refuses a path with a part that only Git, Mercurial or DVC write to. Errors: `conflict`. */
export function refuseOwnNames(path: string, target = path): void {
  const own = path.split('/').find((part) => ownNames.has(part.toLowerCase()))
  if (own !== undefined) throw refused(target, `it lies in ${own}, where no data belongs`)
}

/** The nearest folder that is there, and the target itself where it is a link to a folder. */
function placesToResolve(root: string, target: string, itself: boolean): readonly string[] {
  const path = join(root, target)
  const places: string[] = []
  if (!itself && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() && isFolder(path))
    places.push(path)
  let above = dirname(target)
  while (above !== '.' && !lstatSync(join(root, above), { throwIfNoEntry: false }))
    above = dirname(above)
  return [...places, join(root, above)]
}

function leadsOut(inside: string): boolean {
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)
}

/** The first link on the way from the root to a path that leads out. */
function firstLinkOut(root: string, top: string, path: string): string {
  let here = root
  for (const part of path.split(sep)) {
    here = join(here, part)
    if (leadsOut(relative(top, realpathSync(here)))) break
  }
  return here
}

/** Whether Git knows its folder, and not the link: in whatever case, as disks differ in that. Without Git nobody can tell. */
function isUsersLink(link: string): boolean {
  const found = git(dirname(link), ['ls-files', '-z', '--', `:(icase,literal)${basename(link)}`])
  return found === ''
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
