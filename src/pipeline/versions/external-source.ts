import { basename, join, posix } from 'node:path'
import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { TidemillError } from '#contract/error'
import { makeManifest, type TreeFile } from '../files/manifest.ts'
import type { Entry } from '../model.ts'
import { inParallel } from '../remotes/in-parallel.ts'
import { remoteAt } from '../remotes/open-remote.ts'
import type { Remote } from '../remotes/remote.ts'
import { remoteSettings } from '../remotes/settings.ts'
import type { Repository } from '../repository.ts'
import type { Value } from '../values/value.ts'

/** Whether an address is outside this machine, or of a remote that the configuration names. */
export function isExternal(url: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(url)
}

/** What lies at an address, taken into the cache. */
export interface TakenSource {
  readonly entry: Entry
  /** What a `.dvc` file notes of the source, so that a change of it can be seen. */
  readonly dependency: ReadonlyMap<string, Value>
}

/** Takes a file, or with `folders` also a folder, of another place into the cache. Errors: `not_found`, those of remotes. */
export async function takeExternal(
  repository: Repository,
  url: string,
  options: { readonly folders: boolean; readonly settings?: ReadonlyMap<string, string> },
): Promise<TakenSource> {
  const { remote, path, scheme } = openSource(repository, url, options.settings)
  try {
    const found = await remote.stat(path)
    if (found === undefined) {
      if (!options.folders || scheme.startsWith('http'))
        throw new TidemillError('not_found', { kind: 'file at', name: url })
      return { entry: await takeFolder(repository, remote, path, url), dependency: new Map() }
    }
    const entry = await takeFile(repository, remote, path)
    return { entry, dependency: dependencyOf(url, scheme, entry, found.etag) }
  } finally {
    await remote.close()
  }
}

/** What state a file of another place is in, without bringing it where the place has a word for that. Errors: `not_found`. */
export async function noteExternal(
  repository: Repository,
  url: string,
  options: { readonly settings?: ReadonlyMap<string, string> },
): Promise<ReadonlyMap<string, Value>> {
  const { remote, path, scheme } = openSource(repository, url, options.settings)
  try {
    const found = await remote.stat(path)
    if (!found) throw new TidemillError('not_found', { kind: 'file at', name: url })
    const { size, etag } = found
    if (etag !== undefined) return dependencyOf(url, scheme, { path: '', hash: 'md5', size }, etag)
  } finally {
    await remote.close()
  }
  return (await takeExternal(repository, url, { folders: false, ...options })).dependency
}

/** The place that an address is at, and its path there. */
export function openSource(
  repository: Repository,
  url: string,
  settings: ReadonlyMap<string, string> = new Map(),
): { remote: Remote; path: string; scheme: string } {
  const named = /^remote:\/\/([^/]+)\/(.+)$/.exec(url)
  if (named) {
    const found = remoteSettings(repository, named[1])
    const scheme = /^([a-z0-9+]+):/i.exec(found.url)?.[1] ?? ''
    return { remote: remoteAt(found), path: named[2] ?? '', scheme }
  }
  const plain = url.replace(/[?#].*$/, '').replace(/\/+$/, '')
  const cut = plain.lastIndexOf('/')
  const scheme = plain.slice(0, plain.indexOf(':'))
  const remote = remoteAt({ name: url, url: plain.slice(0, cut), options: settings })
  // what follows a question mark is the server's to read
  return { remote, path: url.slice(cut + 1).replace(/\/+$/, ''), scheme }
}

async function takeFile(repository: Repository, remote: Remote, path: string): Promise<Entry> {
  const file = join(repository.own, 'imports', randomUUID())
  const md5 = await remote.get(path, file)
  const { size } = statSync(file)
  repository.cache.adopt(file, md5)
  return { path: '', hash: 'md5', md5, size }
}

async function takeFolder(
  repository: Repository,
  remote: Remote,
  path: string,
  url: string,
): Promise<Entry> {
  const paths = await Array.fromAsync(remote.list(path))
  if (paths.length === 0)
    throw new TidemillError('not_found', { kind: 'file or folder at', name: url })
  const files: TreeFile[] = []
  let size = 0
  await inParallel(paths, 8, async (each) => {
    const entry = await takeFile(repository, remote, each)
    size += entry.size ?? 0
    files.push({ path: posix.relative(path, each), md5: entry.md5 ?? '' })
  })
  const manifest = makeManifest(files)
  repository.cache.addBytes(manifest.text, manifest.md5)
  return { path: '', hash: 'md5', md5: manifest.md5, size, nfiles: files.length }
}

/** DVC notes what the place itself says of the file's state: its etag, and over SSH, which has none, its MD5. */
export function dependencyOf(
  url: string,
  scheme: string,
  entry: Entry,
  etag: string | undefined,
): ReadonlyMap<string, Value> {
  const word = scheme.startsWith('http') ? 'checksum' : etag === undefined ? 'md5' : 'etag'
  const value = word === 'md5' ? entry.md5 : etag
  return new Map<string, Value>([
    ...(value === undefined ? [] : [[word, value] as const]),
    ['size', BigInt(entry.size ?? 0)],
    ['hash', 'md5'],
    ['path', url],
  ])
}

/** The name that a file of an address has. */
export function nameAt(url: string): string {
  return basename(url.replace(/[?#].*$/, '').replace(/\/+$/, ''))
}
