import { lstatSync, readdirSync, statSync, type Stats } from 'node:fs'
import { isAbsolute } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { TidemillError } from '#contract/error'
import type { IgnoreRules } from './ignore-rules.ts'
import { printer, type Printer } from './prints.ts'
import { statMany } from './stat-many.ts'
import type { Threads } from './threads.ts'

/** The files below a folder, with the stamp of each. */
export interface FoundFiles {
  readonly paths: readonly string[]
  readonly linked: readonly string[]
  readonly stamps: Printer
}

/** All that folders list below one, folders and what is ignored left out. */
export interface FoundNames {
  readonly paths: readonly string[]
  /** Whether the lists say of each that it is a file. */
  readonly areFiles: boolean
  /** Those that are links. */
  readonly links: ReadonlySet<string>
}

/** Where files are looked for, and with what. */
export interface LookBelow {
  readonly target: string
  /** Where the target lies. */
  readonly top: string
  readonly ignored: IgnoreRules
  readonly threads: Threads
  /** For each so many files another thread is started. */
  readonly many: number
}

/** What of names below a folder are files, links followed. */
export async function stampsBelow(
  { target, top, threads }: LookBelow,
  names: FoundNames,
): Promise<FoundFiles> {
  const found = await statMany(top, names.paths, threads)
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
}

export async function namesBelow(look: LookBelow): Promise<FoundNames> {
  const { target, top, ignored } = look
  const paths: string[] = []
  const links = new Set<string>()
  let areFiles = true
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
      if (!entry.isFile()) areFiles = false
      paths.push(path)
    }
    // they start while the rest is listed
    look.threads.start(Math.floor(paths.length / look.many))
    if (Date.now() - slice < 40) return
    await breathe()
    slice = Date.now()
  }
  await walk('')
  return { paths, links, areFiles }
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
