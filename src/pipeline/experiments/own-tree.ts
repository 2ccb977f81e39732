import { randomBytes } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { remotesOf } from '../config.ts'
import { setConfig } from '../configuration.ts'
import { git, needGit } from '../git.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { openRepository, type Repository } from '../repository.ts'
import { isLiving, ownMark, type ProcessMark } from '../run/living.ts'
import { endOrphans } from '../run/orphans.ts'
import { checkout } from '../versions/checkout.ts'

/** A work tree beside the user's, at a commit; it shares the cache, and has none of the data yet. */
export interface OwnTree {
  readonly place: string
  close(): void
}

/**
 * Works in a work tree of a commit beside the user's, which goes when the work ends. Its data is a copy on write where the disk has
 * that, else a copy: a link would let a stage write into the cache.
 */
export async function inOwnTree<T>(
  root: string,
  commit: string,
  work: (place: string) => Promise<T>,
): Promise<T> {
  const { place, close } = await openOwnTree(root, commit)
  try {
    await checkout(loadPipeline(place))
    return await work(place)
  } finally {
    close()
  }
}

/** Errors: `conflict` with Git's words when it makes none. */
export async function openOwnTree(root: string, commit: string): Promise<OwnTree> {
  const repository = openRepository(root)
  const prefix = prefixOf(root)
  await removeDead(repository, prefix)
  const tree = join(treesOf(repository), randomBytes(5).toString('hex'))
  mkdirSync(treesOf(repository), { recursive: true })
  writeFileSync(`${tree}.owner`, JSON.stringify(ownMark()))
  const close = (): void => removeTree(root, tree)
  try {
    // What people have a checkout do is not for a tree that nobody sees.
    needGit(root, [...noHooks, 'worktree', 'add', '--detach', '--quiet', tree, commit])
    const place = join(tree, prefix)
    shareSettings(repository, place)
    return { place, close }
  } catch (error) {
    close()
    throw error
  }
}

const noHooks = ['-c', 'core.hooksPath=/dev/null']

/** Removes work trees whose process is gone, and ends what still runs in them. Returns how many there were. */
export async function removeDeadTrees(root: string): Promise<number> {
  return removeDead(openRepository(root), prefixOf(root))
}

/** Where the repository lies in a work tree of Git's. */
function prefixOf(root: string): string {
  return (git(root, ['rev-parse', '--show-prefix']) ?? '').trim()
}

async function removeDead(repository: Repository, prefix: string): Promise<number> {
  const folder = treesOf(repository)
  const names = existsSync(folder) ? readdirSync(folder) : []
  const trees = new Set(names.map((name) => name.replace(/\.owner$/, '')))
  let removed = 0
  for (const name of trees) {
    const tree = join(folder, name)
    const owner = readMark(`${tree}.owner`)
    if (owner && isLiving(owner)) continue
    await endOrphans(join(tree, prefix, '.dvc', 'tmp', 'tidemill', 'running'))
    removeTree(repository.root, tree)
    removed += 1
  }
  return removed
}

/** The work trees that are at work beside the user's files, and since when (ms). */
export function livingTrees(
  repository: Repository,
): readonly { readonly place: string; readonly since: number }[] {
  const folder = treesOf(repository)
  const names = existsSync(folder) ? readdirSync(folder) : []
  const prefix = prefixOf(repository.root)
  return names.flatMap((name) => {
    const mark = name.endsWith('.owner') ? readMark(join(folder, name)) : undefined
    const place = join(folder, name.replace(/\.owner$/, ''), prefix)
    if (!mark || !isLiving(mark) || !existsSync(join(place, '.dvc'))) return []
    return [{ place, since: statSync(join(folder, name)).mtimeMs }]
  })
}

function treesOf(repository: Repository): string {
  return join(repository.own, 'experiments')
}

function removeTree(root: string, tree: string): void {
  if (git(root, ['worktree', 'remove', '--force', tree]) === undefined) {
    rmSync(tree, { recursive: true, force: true })
    git(root, ['worktree', 'prune'])
  }
  // last: a tree without an owner is a dead one
  rmSync(`${tree}.owner`, { force: true })
}

function readMark(file: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessMark
  } catch {
    return undefined
  }
}

function shareSettings(repository: Repository, place: string): void {
  const { root, config, cache } = repository
  const local = join(root, '.dvc', 'config.local')
  mkdirSync(join(place, '.dvc'), { recursive: true })
  if (existsSync(local)) copyFileSync(local, join(place, '.dvc', 'config.local'))
  setConfig(place, 'cache.dir', cache.folder, 'local')
  setConfig(place, 'cache.type', 'reflink,copy', 'local')
  // A path that is relative to the user's settings leads elsewhere from here.
  for (const { name, url } of remotesOf(config).remotes)
    if (isAbsolute(url)) setConfig(place, `remote.${name}.url`, url, 'local')
}
