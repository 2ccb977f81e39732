import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TidemillError } from '#contract/error'
import { openOwnTree } from '../experiments/own-tree.ts'
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
export async function openTree(
  repository: Repository,
  causes: readonly Cause[],
  wanted: readonly string[],
  from: Side,
  to: Side,
): Promise<CounterfactualTree> {
  const { place: root, close } = await openOwnTree(repository.root, from.commit)
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
    close,
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
