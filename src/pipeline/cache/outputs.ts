import { lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TidemillError } from '#contract/error'
import { isRecorded } from '../files/is-recorded.ts'
import { refuseOwnNames, writablePath } from '../files/writable-path.ts'
import type { Content } from '../files/content.ts'
import type { Entry, Output } from '../model.ts'
import type { Repository } from '../repository.ts'
import { holdsMore, inTheWay } from './in-the-way.ts'
import type { ObjectCache } from './object-cache.ts'
import type { LinkType } from './place-file.ts'

/** What lies at a path and is to be kept: files that nothing is known of yet are read once, to be described and taken in. */
export function contentToKeep(
  { cache, files }: Pick<Repository, 'cache' | 'files'>,
  target: string,
): Promise<Content | undefined> {
  return files.content(target, cache.takeIn)
}

/** Takes what lies at a path into the cache, and waits for the disk: a folder's files first, its manifest last. */
export async function commitContent(
  repository: Pick<Repository, 'cache' | 'files'>,
  target: string,
  content: Content,
): Promise<void> {
  const { cache, files } = repository
  if (!content.manifest) {
    await cache.addFile(files.absolute(target), content.md5)
    return cache.settle()
  }
  const top = files.absolute(target)
  for (const file of content.manifest.files) await cache.addFile(`${top}/${file.path}`, file.md5)
  cache.addBytes(content.manifest.text, content.md5)
  return cache.settle()
}

/**
 * Puts what the repository keeps outputs as (links, or copies) in place of the files that were taken in, as DVC does: links into
 * the cache where it is set up for them, and always for links to elsewhere, which no checkout could bring back.
 */
export async function relink(
  repository: Repository,
  target: string,
  content: Content,
  links: readonly LinkType[],
  everything = false,
): Promise<void> {
  const { cache, files } = repository
  const [first] = links
  const asLinks = everything || first === 'hardlink' || first === 'symlink'
  const linked = new Set(content.linked)
  const all = content.manifest?.files ?? [{ path: '', md5: content.md5 }]
  const chosen = asLinks ? all : all.filter((file) => linked.has(file.path))
  if (chosen.length === 0) return
  const top = writablePath(repository.root, target)
  for (const { path, md5 } of chosen) {
    const file = path === '' ? top : join(top, path)
    // programs stay copies
    if (content.isexec && !everything && !linked.has(path)) continue
    // an empty file gains nothing from a link, and all of them together would exhaust its count
    if (statSync(file).size > 0 || linked.has(path)) {
      await cache.checkout(md5, file, content.isexec === true, links)
    }
  }
  files.forget(target)
}

export interface CheckoutOptions {
  /** Whether data that is nowhere else may be lost. */
  readonly force?: boolean
  readonly links?: readonly LinkType[]
  /** Which files of a folder are meant; all unless given. */
  readonly only?: (path: string) => boolean
  /** The user, or a command of theirs that ran, named the place: it may lie outside the repository. */
  readonly anywhere?: boolean
  /** Files of a folder that are not recorded stay. */
  readonly keepOthers?: boolean
}

export type CheckoutChange = 'added' | 'modified' | 'deleted'

/**
 * Makes a path what is recorded of it. Files that are right stay untouched, so a repeated or interrupted checkout goes on where
 * it was. Errors: `not_found`, `object_corrupt`, `unsaved_data` when what lies there is not in the cache and `force` is not given,
 * `conflict` for a place that is not the repository's.
 */
export async function checkoutEntry(
  repository: Repository,
  out: Pick<Output, 'target'>,
  entry: Entry,
  options: CheckoutOptions = {},
): Promise<CheckoutChange | undefined> {
  const changes = await plannedCheckout(repository, out, entry, options)
  if (!changes) return undefined
  const { path, present, going, obstacles, writing } = changes
  for (const name of going) {
    rmSync(join(path, name), { force: true })
    removeEmptyAbove(join(path, name), path)
  }
  for (const name of obstacles) rmSync(join(path, name), { recursive: true, force: true })
  for (const [name, digest] of writing) {
    const isexec = name === '' && entry.isexec === true
    await repository.cache.checkout(digest, join(path, name), isexec, options.links)
  }
  if (changes.empty) mkdirSync(path, { recursive: true })
  repository.files.forget(out.target)
  return present ? 'modified' : 'added'
}

/** What a checkout of a path will do, in names of files in it; '' is the path itself. */
interface PlannedCheckout {
  readonly path: string
  /** Whether something lies there. */
  readonly present: boolean
  readonly going: readonly string[]
  readonly obstacles: readonly string[]
  /** Names and digests. */
  readonly writing: readonly (readonly [string, string])[]
  /** Whether a folder without files is to be there. */
  readonly empty: boolean
}

/** What `checkoutEntry` will do, with its errors; `undefined` where it has nothing to do. Nothing is touched. */
export async function plannedCheckout(
  repository: Repository,
  out: Pick<Output, 'target'>,
  entry: Entry,
  options: CheckoutOptions = {},
): Promise<PlannedCheckout | undefined> {
  const { cache, files } = repository
  const target = out.target
  const md5 = entry.md5
  if (md5 === undefined) return undefined
  const present = await files.content(target)
  if (await isRecorded(files, target, entry)) return undefined
  const path = options.anywhere ? files.absolute(target) : writablePath(repository.root, target)
  if (!holdsAll(repository, md5, options.only))
    throw new TidemillError('not_found', { kind: 'object in the cache for', name: target })
  const only = (name: string): boolean => name === '' || (options.only?.(name) ?? true)
  const wanted = filesOf(md5.endsWith('.dir') ? cache.manifest(md5) : [{ path: '', md5 }], only)
  for (const name of wanted.keys()) refuseOwnNames(name, `${target}/${name}`)
  const described = filesOf(present?.manifest?.files ?? (present ? [{ path: '', ...present }] : []))
  const going = [...described.keys()].filter(
    (name) => !wanted.has(name) && only(name) && (!options.keepOthers || name === ''),
  )
  const writing = [...wanted].filter(([name, digest]) => described.get(name) !== digest)
  if (!options.force) {
    const replaced = writing.flatMap(([name]) => (described.has(name) ? [name] : []))
    await refuseLoss(
      repository,
      target,
      [...going, ...replaced].map((name) => described.get(name) ?? ''),
    )
  }
  const obstacles: string[] = []
  const names = writing.map(([name]) => name)
  const known = [...described.keys()].filter((name) => !options.keepOthers || wanted.has(name))
  for (const { name, holds } of inTheWay(path, names, new Set(known))) {
    const isOfOthers = holds === 'folder' && options.keepOthers
    if (holds !== 'nothing' && (!options.force || isOfOthers))
      throw new TidemillError('unsaved_data', { path: name === '' ? target : `${target}/${name}` })
    obstacles.push(name)
  }
  return {
    path,
    present: present !== undefined,
    going,
    obstacles,
    writing,
    empty: wanted.size === 0,
  }
}

function filesOf(
  files: readonly { readonly path: string; readonly md5: string }[] = [],
  only: (path: string) => boolean = () => true,
): ReadonlyMap<string, string> {
  return new Map(files.flatMap(({ path, md5 }) => (only(path) ? [[path, md5] as const] : [])))
}

/** Removes what lies at a path of the repository. Errors: `conflict` for one that is not its own, unless it may be anywhere. */
export function removeTarget(
  repository: Repository,
  target: string,
  { anywhere = false }: Pick<CheckoutOptions, 'anywhere'> = {},
): void {
  const path = anywhere
    ? repository.files.absolute(target)
    : writablePath(repository.root, target, { itself: true })
  if (lstatSync(path, { throwIfNoEntry: false })) rmSync(path, { recursive: true, force: true })
  repository.files.forget(target)
}

/** Whether the cache has all that lies at a path; where nothing lies it has. */
export async function isKept({ cache, files }: Repository, target: string): Promise<boolean> {
  const content = await files.content(target)
  if (!content) return true
  const described = filesOf(content.manifest?.files ?? [{ path: '', md5: content.md5 }])
  if (!(await areWhole(cache, described.values()))) return false
  return !content.manifest || !holdsMore(files.absolute(target), '', new Set(described.keys()))
}

/** Whether the cache has an object; of a folder, those of its files that are meant. */
export function holdsAll(
  { cache }: Repository,
  md5: string,
  only?: (path: string) => boolean,
): boolean {
  if (only === undefined) return cache.has(md5)
  const files = cache.manifest(md5)?.filter((file) => only(file.path))
  return files !== undefined && files.length > 0 && files.every((file) => cache.has(file.md5))
}

/** What is to be lost must be whole in the cache: a name alone proves nothing. */
async function refuseLoss(
  { cache }: Repository,
  target: string,
  digests: readonly string[],
): Promise<void> {
  if (!(await areWhole(cache, digests))) throw new TidemillError('unsaved_data', { path: target })
}

async function areWhole(cache: ObjectCache, digests: Iterable<string>): Promise<boolean> {
  for (const md5 of digests) if (!(await cache.verify(md5))) return false
  return true
}

function removeEmptyAbove(file: string, top: string): void {
  for (let folder = dirname(file); folder.startsWith(`${top}/`); folder = dirname(folder)) {
    if (readdirSync(folder).length > 0) return
    rmdirSync(folder)
  }
}
