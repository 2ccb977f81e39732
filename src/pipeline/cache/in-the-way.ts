import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Something that stands where a file is to be written, and that the description of the place does not have. */
export interface Obstacle {
  /** From the top; empty for the top itself. */
  readonly name: string
  /** A folder that holds only empty ones and described files is lost without a loss. */
  readonly holds: 'nothing' | 'link' | 'file' | 'folder'
}

/**
 * What is in the way of files at these names: a link to a folder, through which they would be written elsewhere; what an ignore file
 * hides; a folder with more in it than was described.
 */
export function inTheWay(
  top: string,
  names: readonly string[],
  described: ReadonlySet<string>,
): readonly Obstacle[] {
  const found = new Map<string, Obstacle>()
  const folders = new Set<string>()

  /** Whether there is a real folder for a name's file. */
  function hasFolder(name: string): boolean {
    for (let cut = name.indexOf('/'); cut !== -1; cut = name.indexOf('/', cut + 1)) {
      const folder = name.slice(0, cut)
      if (folders.has(folder)) continue
      const stats = lstatSync(join(top, folder), { throwIfNoEntry: false })
      if (stats?.isDirectory()) {
        folders.add(folder)
        continue
      }
      if (stats && !described.has(folder))
        found.set(folder, { name: folder, holds: stats.isSymbolicLink() ? 'link' : 'file' })
      return false
    }
    return true
  }

  for (const name of names) {
    if (described.has(name) || !hasFolder(name)) continue
    const stats = lstatSync(join(top, name), { throwIfNoEntry: false })
    if (!stats) continue
    if (!stats.isDirectory())
      found.set(name, { name, holds: stats.isSymbolicLink() ? 'link' : 'file' })
    else found.set(name, { name, holds: holdsMore(top, name, described) ? 'folder' : 'nothing' })
  }
  return [...found.values()]
}

/** Whether a folder holds files that were not described. */
export function holdsMore(top: string, folder: string, described: ReadonlySet<string>): boolean {
  return readdirSync(join(top, folder), { withFileTypes: true }).some((entry) => {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`
    return entry.isDirectory() ? holdsMore(top, name, described) : !described.has(name)
  })
}
