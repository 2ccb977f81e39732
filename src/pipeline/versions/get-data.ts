import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { tmpdir } from 'node:os'
import { TidemillError } from '#contract/error'
import { checkoutEntry, commitContent, contentToKeep } from '../cache/outputs.ts'
import { entryOf } from '../changes.ts'
import type { Entry } from '../model.ts'
import { findRepository, initRepository, openRepository, type Repository } from '../repository.ts'
import { isExternal, nameAt, takeExternal } from './external-source.ts'
import { takeFromGit, urlInGit, type SourceAccess } from './git-source.ts'
import { isFolder, placeAsked } from './place-asked.ts'

export interface GetOptions {
  readonly out?: string
  readonly force?: boolean
}

export interface Got {
  readonly path: string
  readonly size: number
  readonly nfiles?: number
}

/** Copies a file or folder out of another Git repository, and tracks nothing. Errors: `not_found`, `already_exists`. */
export function getGit(
  url: string,
  path: string,
  options: GetOptions & SourceAccess & { readonly rev?: string } = {},
): Promise<Got> {
  const { out: _out, force: _force, rev, ...access } = options
  return getWith(options, basename(path), async (repository) =>
    takeFromGit(repository, { url: nearOf(url), path, rev, ...access }).then(({ entry }) => entry),
  )
}

/** Where the object of a file of another Git repository lies on its remote. Errors: `not_found`. */
export function urlOfGit(
  url: string,
  path: string,
  options: SourceAccess & { readonly rev?: string } = {},
): Promise<string> {
  const { rev, ...access } = options
  return inScratch((repository) =>
    Promise.resolve(urlInGit(repository, { url: nearOf(url), path, rev, ...access })),
  )
}

/** A folder of this machine, else an address. */
export function nearOf(url: string): string {
  const near = resolve(url)
  return existsSync(near) ? near : url
}

/** Copies a file or folder from an address, and tracks nothing. Errors: `not_found`, `already_exists`, those of remotes. */
export function getUrl(
  url: string,
  options: GetOptions & { readonly settings?: ReadonlyMap<string, string> } = {},
): Promise<Got> {
  return getWith(options, nameAt(url), async (repository) => {
    if (isExternal(url)) {
      const { settings } = options
      const taken = await takeExternal(repository, url, {
        folders: true,
        ...(settings === undefined ? {} : { settings }),
      })
      return taken.entry
    }
    const from = resolve(url)
    const content = await contentToKeep(repository, from)
    if (!content) throw new TidemillError('not_found', { kind: 'file or folder', name: url })
    await commitContent(repository, from, content)
    return entryOf('', content)
  })
}

/** Takes something through a repository that is gone afterwards; the settings of the one the user is in are known there. */
async function getWith(
  options: GetOptions,
  name: string,
  take: (repository: Repository) => Promise<Entry>,
): Promise<Got> {
  const out = resolve(placeAsked('.', options.out, name))
  if (existsSync(out) && !options.force)
    throw new TidemillError('already_exists', { kind: 'file', name: out })
  return inScratch(async (made) => {
    const own = findRepository('.')
    const repository = own === undefined ? made : { ...made, config: openRepository(own).config }
    const entry = await take(repository)
    // --force is for a file of this name; what else is in a folder of this name stays
    if (!entry.md5?.endsWith('.dir') && isFolder(out))
      throw new TidemillError('already_exists', { kind: 'folder', name: out })
    await checkoutEntry(repository, { target: out }, entry, {
      force: true,
      anywhere: true,
      keepOthers: true,
      links: ['reflink', 'copy'],
    })
    return {
      path: out,
      size: entry.size ?? 0,
      ...(entry.nfiles === undefined ? {} : { nfiles: entry.nfiles }),
    }
  })
}

/** Works with a repository that is gone afterwards. */
export async function inScratch<T>(work: (repository: Repository) => Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'tidemill-get-'))
  try {
    initRepository(scratch)
    mkdirSync(join(scratch, '.dvc/tmp/tidemill'), { recursive: true })
    return await work(openRepository(scratch))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
