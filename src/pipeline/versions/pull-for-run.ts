import { existsSync } from 'node:fs'
import { checkoutEntry, holdsAll } from '../cache/outputs.ts'
import { buildGraph, inOrder, isStage, type Node } from '../graph.ts'
import type { Pipeline } from '../model.ts'
import { openRepository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { findTargets, type TargetOptions } from '../targets.ts'
import { fetch } from './fetch.ts'

/**
 * Fetches what a run of stages may need: recorded data, the record of runs with what they made. Data of which nothing lies in the
 * work tree is put there; what stages made is left to the run itself. Errors: those of `fetch`.
 */
export async function pullForRun(
  pipeline: Pipeline,
  options: TargetOptions & { readonly targets?: readonly string[] } = {},
): Promise<void> {
  const { targets = [], glob } = options
  const named = targets.length > 0 ? { targets, withDeps: true, ...(glob ? { glob } : {}) } : {}
  await fetch(pipeline, { ...named, runCache: true })
  const graph = buildGraph(pipeline)
  const nodes: readonly Node[] =
    targets.length > 0
      ? inOrder(graph, findTargets(pipeline, graph, targets, glob ? { glob } : {}))
      : graph.nodes
  const repository = openRepository(pipeline.root)
  await withRepositoryLock(repository, async () => {
    for (const node of nodes) {
      if (isStage(node)) continue
      for (const [at, out] of node.outs.entries()) {
        const entry = node.entries[at]
        if (!out.cache || entry?.md5 === undefined) continue
        if (existsSync(repository.files.absolute(out.target))) continue
        if (holdsAll(repository, entry.md5)) await checkoutEntry(repository, out, entry)
      }
    }
  })
}
