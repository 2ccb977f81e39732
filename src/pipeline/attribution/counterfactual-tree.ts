import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TidemillError } from '#contract/error'
import { git } from '../git.ts'
import { buildGraph, inOrder, isStage } from '../graph.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { replaceFile } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import type { Repository } from '../repository.ts'
import { readText } from '../repository.ts'
import { checkout } from '../versions/checkout.ts'
import type { Cause } from './causes.ts'
import type { Side } from './side.ts'
import { mixedText } from './swap.ts'

/** A work tree beside the user's that is brought to mixtures of two sides, sharing the cache. */
export interface CounterfactualTree {
  readonly root: string
  /** Takes these causes from the second side and everything else from the first. Errors: `not_found` for data that is not in the cache. */
  bring(swapped: ReadonlySet<Cause>): Promise<Pipeline>
  close(): void
}

/** `wanted` are the stages that will be asked for: data that none of them needs stay out of the tree. */
export function openTree(
  repository: Repository,
  causes: readonly Cause[],
  wanted: readonly string[],
  from: Side,
  to: Side,
): CounterfactualTree {
  const folder = treesOf(repository)
  removeAbandoned(repository.root, folder)
  const tree = join(folder, `${process.pid}-${randomBytes(4).toString('hex')}`)
  mkdirSync(folder, { recursive: true })
  const prefix = (git(repository.root, ['rev-parse', '--show-prefix']) ?? '').trim()
  const added = git(repository.root, [
    // what people have a checkout do is not for a tree that nobody sees
    '-c',
    'core.hooksPath=/dev/null',
    'worktree',
    'add',
    '--detach',
    '--quiet',
    tree,
    from.commit,
  ])
  if (added === undefined)
    throw new TidemillError('conflict', { problem: `Git could not make a work tree at ${tree}.` })
  const root = join(tree, prefix)
  mkdirSync(join(root, '.dvc'), { recursive: true })
  appendFileSync(
    join(root, '.dvc', 'config.local'),
    `[cache]\n    dir = ${repository.cache.folder}\n`,
  )
  const files = filesOf(causes)
  const mixed = mixedFiles(causes)
  const present = new Map<string, 'from' | 'to'>([...files.keys()].map((path) => [path, 'from']))

  return {
    root,
    async bring(swapped) {
      for (const [side, commit] of [
        ['from', from.commit],
        ['to', to.commit],
      ] as const) {
        const changed = [...files].flatMap(([path, cause]) =>
          (swapped.has(cause) ? 'to' : 'from') === side && present.get(path) !== side ? [path] : [],
        )
        restore(root, commit, changed)
        for (const path of changed) present.set(path, side)
      }
      for (const [path, owners] of mixed) {
        const keys = owners.filter(({ cause }) => swapped.has(cause)).map((each) => each.keys)
        const text = mixedText(from, to, path, keys, owners.length)
        const file = join(root, path)
        if (text === undefined) rmSync(file, { force: true })
        else if (readText(file) !== text) {
          mkdirSync(dirname(file), { recursive: true })
          replaceFile(file, text)
        }
      }
      const pipeline = loadPipeline(root)
      const asked = pipeline.stages.filter((stage) => wanted.includes(stage.address))
      const needed = inOrder(buildGraph(pipeline), asked)
      const targets = needed.flatMap((node) => (isStage(node) ? [] : [node.file]))
      if (targets.length > 0) {
        const { missing } = await checkout(pipeline, { targets, force: true })
        const [lost] = missing
        if (lost !== undefined)
          throw new TidemillError('not_found', { kind: 'object in the cache for', name: lost })
      }
      return pipeline
    },
    close() {
      git(repository.root, ['worktree', 'remove', '--force', tree])
      rmSync(tree, { recursive: true, force: true })
      git(repository.root, ['worktree', 'prune'])
    },
  }
}

function treesOf(repository: Pick<Repository, 'own'>): string {
  return join(repository.own, 'counterfactuals')
}

/** The work trees that attributions are at work in, and since when (ms). */
export function livingCounterfactuals(
  repository: Pick<Repository, 'own' | 'root'>,
): readonly { readonly place: string; readonly since: number }[] {
  const folder = treesOf(repository)
  const names = existsSync(folder) ? readdirSync(folder) : []
  const prefix = (git(repository.root, ['rev-parse', '--show-prefix']) ?? '').trim()
  return names.flatMap((name) => {
    const place = join(folder, name, prefix)
    if (!isAlive(Number(name.split('-')[0])) || !existsSync(join(place, '.dvc'))) return []
    return [{ place, since: statSync(join(folder, name)).birthtimeMs }]
  })
}

/** What killed processes left behind. */
function removeAbandoned(root: string, folder: string): void {
  if (!existsSync(folder)) return
  const abandoned = readdirSync(folder).filter((name) => !isAlive(Number(name.split('-')[0])))
  for (const name of abandoned) rmSync(join(folder, name), { recursive: true, force: true })
  if (abandoned.length > 0) git(root, ['worktree', 'prune'])
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function filesOf(causes: readonly Cause[]): ReadonlyMap<string, Cause> {
  return new Map(
    causes.flatMap((cause) =>
      cause.swaps.flatMap((swap): [string, Cause][] =>
        swap.kind === 'file' ? [[swap.path, cause]] : [],
      ),
    ),
  )
}

interface Owner {
  readonly cause: Cause
  readonly keys: readonly string[]
}

function mixedFiles(causes: readonly Cause[]): ReadonlyMap<string, readonly Owner[]> {
  const found = new Map<string, Owner[]>()
  for (const cause of causes) {
    for (const swap of cause.swaps) {
      if (swap.kind !== 'value') continue
      found.set(swap.path, [...(found.get(swap.path) ?? []), { cause, keys: swap.keys }])
    }
  }
  return found
}

/** Files as they are in a commit; one that is not there goes. */
function restore(root: string, commit: string, paths: readonly string[]): void {
  if (paths.length === 0) return
  const listing = git(root, ['ls-tree', '-r', '-z', '--name-only', commit, '--', ...paths]) ?? ''
  const there = new Set(listing.split('\0'))
  const kept = paths.filter((path) => there.has(path))
  const source = `--source=${commit}`
  if (kept.length > 0 && git(root, ['restore', source, '--worktree', '--', ...kept]) === undefined)
    throw new TidemillError('conflict', { problem: `Git could not bring back ${kept[0]}.` })
  for (const path of paths) if (!there.has(path)) rmSync(join(root, path), { force: true })
}
