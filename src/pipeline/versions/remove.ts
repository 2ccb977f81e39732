import { existsSync, rmSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { TidemillError } from '#contract/error'
import { isKept, removeTarget } from '../cache/outputs.ts'
import { removeStageText } from '../definition/edit-stages.ts'
import { showToGit } from '../files/git-ignore.ts'
import { stageInGit } from '../files/stage-in-git.ts'
import { writablePath } from '../files/writable-path.ts'
import { git } from '../git.ts'
import { buildGraph, isStage, type Node } from '../graph.ts'
import { openLocks, replaceFile } from '../lock-store.ts'
import type { Output, Pipeline } from '../model.ts'
import { openRepository, readText, type Repository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { findTargets } from '../targets.ts'

export interface RemoveOptions {
  /** The files that they make or track, too. */
  readonly outs?: boolean
  /** Lose data that is kept nowhere else. */
  readonly force?: boolean
}

/**
 * Takes stages and whole groups of them out of dvc.yaml and dvc.lock, and data out of version control; the files stay unless `outs`.
 * Returns what changed. Errors: `not_found`, `conflict` for a target that is only a part of what would go, `unsaved_data`.
 */
export async function remove(
  pipeline: Pipeline,
  targets: readonly string[],
  options: RemoveOptions = {},
): Promise<readonly string[]> {
  const repository = openRepository(pipeline.root)
  const graph = buildGraph(pipeline)
  const nodes = targets.flatMap((target) =>
    findTargets(pipeline, graph, [target]).map((node) => {
      requireWhole(pipeline, node, target)
      return node
    }),
  )
  const outs = options.outs ? nodes.flatMap((node) => node.outs) : []
  return withRepositoryLock(repository, async () => {
    // what may not go is refused before anything does
    for (const { target } of outs) writablePath(pipeline.root, target, { itself: true })
    if (!options.force) for (const out of outs) await refuseLoss(repository, out)
    const locks = openLocks(pipeline.root)
    const changed = new Set<string>()
    const done = new Set<string>()
    for (const node of new Set(nodes)) {
      if (isStage(node)) {
        const name = node.group ?? node.name
        if (!done.has(`${node.file}\n${name}`)) dropStage(pipeline.root, node.file, name)
        done.add(`${node.file}\n${name}`)
        locks.remove(node)
      } else rmSync(join(pipeline.root, node.file))
      changed.add(node.file)
      const shown = node.outs.filter((out) => out.cache).map((out) => out.target)
      for (const file of showToGit(pipeline.root, shown)) changed.add(file)
    }
    for (const { target } of outs) removeTarget(repository, target)
    stageInGit(repository, [...changed])
    return [...changed]
  })
}

/** Refuses a target that names a part of a node: a file in its data, an output, one of a group. */
function requireWhole(pipeline: Pipeline, node: Node, target: string): void {
  const path = normalize(join(pipeline.folder, target))
  if (path === node.file) return
  const name = target.slice(target.lastIndexOf(':') + 1)
  if (isStage(node) && name === (node.group ?? node.name)) return
  const problem = !isStage(node)
    ? `${target} is tracked by ${node.file}: remove that instead.`
    : node.name === name
      ? `${target} is one of the group ${node.group}, which can only be removed as a whole.`
      : `${target} is made by the stage ${node.address}: remove that instead.`
  throw new TidemillError('conflict', { problem })
}

/** Refuses what neither the cache nor a commit has. */
async function refuseLoss(repository: Repository, { target }: Output): Promise<void> {
  if (await isKept(repository, target)) return
  const changes = ['status', '--porcelain', '--untracked-files=all', '--ignored', '--', target]
  if (git(repository.root, changes) === '') return
  throw new TidemillError('unsaved_data', { path: target })
}

function dropStage(root: string, file: string, name: string): void {
  const path = join(root, file)
  const text = removeStageText(readText(path) ?? '', name)
  if (text === undefined) {
    throw new TidemillError('conflict', {
      problem: `${file}: the stage ${name} is written in one line; take it out there by hand.`,
    })
  }
  if (text !== '') replaceFile(path, text)
  else if (existsSync(path)) rmSync(path)
}
