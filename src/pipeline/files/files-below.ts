import { lstatSync, readdirSync, statSync, type Stats } from 'node:fs'
import { isAbsolute } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { TidemillError } from '#contract/error'
import type { IgnoreRules } from './ignore-rules.ts'
import { printer, type Printer } from './prints.ts'
import { statMany, type StatMany } from './stat-many.ts'

/** The files below a folder, with the stamp of each. */
export interface FoundFiles {
  readonly paths: readonly string[]
  readonly linked: readonly string[]
  readonly stamps: Printer
}

interface FoundNames {
  readonly paths: readonly string[]
  /** Those that are links. */
  readonly links: ReadonlySet<string>
}

/** All files below a folder, links followed, but for what is ignored and what is no file. */
export async function filesBelow(
  target: string,
  top: string,
  ignored: IgnoreRules,
): Promise<FoundFiles> {
  const stats = statMany()
  try {
    const names = await namesOf(target, top, ignored, stats)
    const found = await stats.find(top, names.paths)
    const paths: string[] = []
    const linked: string[] = []
    const stamps = printer()
    for (const [at, path] of names.paths.entries()) {
      const kind = found.kind(at)
      const stamp =
        kind === 'file'
          ? found.stamp(at)
          : kind !== 'other' && lookAgain(`${top}/${path}`, keyOf(target, path))
      // a folder behind a link is not followed, and what was removed meanwhile is gone
      if (!stamp) continue
      const link = names.links.has(path)
      if (link) linked.push(path)
      paths.push(path)
      stamps.add(link ? `${path}/` : path, stamp)
    }
    return { paths, linked, stamps }
  } finally {
    await stats.close()
  }
}

/** All that folders list below one, folders and what is ignored left out. */
async function namesOf(
  target: string,
  top: string,
  ignored: IgnoreRules,
  stats: StatMany,
): Promise<FoundNames> {
  const paths: string[] = []
  const links = new Set<string>()
  const outside = isAbsolute(target)
  let slice = Date.now()
  const walk = async (inside: string): Promise<void> => {
    const here = inside === '' ? top : `${top}/${inside}`
    for (const entry of readdirSync(here, { withFileTypes: true })) {
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`
      const key = keyOf(target, path)
      if (!outside && ignored.ignoredHere(key, entry.isDirectory())) continue
      if (entry.isDirectory()) {
        await walk(path)
        continue
      }
      if (entry.name === '.dvcignore') {
        throw new TidemillError('conflict', {
          problem: `${key} lies in tracked data; .dvcignore belongs above it.`,
        })
      }
      if (entry.isSymbolicLink()) links.add(path)
      paths.push(path)
    }
    stats.expect(paths.length)
    if (Date.now() - slice < 40) return
    await breathe()
    slice = Date.now()
  }
  await walk('')
  return { paths, links }
}

/** `undefined` for nothing, and for a link to nothing. Errors: `conflict` for links that lead round in a circle. */
export function statOf(path: string, name: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ELOOP')) throw error
    const problem = `${name} is a link that leads back to itself: remove it, or mend what it points to.`
    throw new TidemillError('conflict', { problem }, error)
  }
}

/** A file of a folder as the state knows it. */
export function keyOf(target: string, path: string): string {
  return target === '.' ? path : `${target}/${path}`
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** A folder lists it, and its name leads to nothing: Node reads what is not UTF-8 as another name. */
function notUtf8(path: string): TidemillError {
  return new TidemillError('conflict', {
    problem: `The name of ${path} is not UTF-8, which no manifest can hold: give it another name.`,
  })
}

/** Of what a folder listed, and nothing was found at. Errors: `conflict` for what leads nowhere, and for a name that cannot be kept. */
function lookAgain(path: string, key: string): Stats | undefined {
  const stats = statOf(path, key)
  if (stats) return stats.isFile() ? stats : undefined
  if (isThere(path)) throw leadsNowhere(key)
  // what Node reads in place of bytes that are no UTF-8
  if (path.includes('\ufffd')) throw notUtf8(key)
  return undefined
}

export function leadsNowhere(path: string): TidemillError {
  return new TidemillError('conflict', {
    problem: `${path} is a link that leads to nothing: remove it, or mend what it points to.`,
  })
}
