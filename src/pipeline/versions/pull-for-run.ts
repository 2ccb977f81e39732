import { existsSync } from 'node:fs'
import { checkoutEntry, holdsAll } from '../cache/outputs.ts'
import { buildGraph, inOrder, isStage, type Node } from '../graph.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { scopeOf, type ScopeOptions } from '../run/plan.ts'
import { fetch } from './fetch.ts'
import { recordedOutputs } from './recorded-outputs.ts'
import type { FetchOptions } from './transfer-set.ts'

/**
 * Fetches what a run of stages may need: recorded data, the record of runs, and what those made that stages can have in place of
 * running. What the run will not make, data and the outputs of stages that are frozen or not among its own, is put into the work tree
 * where nothing lies; the rest is left to the run itself. Without targets that is all data. Errors: those of `fetch`.
 */
export async function pullForRun(
  pipeline: Pipeline,
  options: ScopeOptions & Pick<FetchOptions, 'env'> = {},
): Promise<void> {
  const graph = buildGraph(pipeline)
  const {
    targets = [],
    all,
    pipeline: whole,
    downstream,
    glob = false,
    recursive = false,
  } = options
  const everything = all === true || targets.length === 0
  const running = new Set<Node>(everything ? graph.nodes : scopeOf(pipeline, graph, options))
  const wide = whole === true || downstream === true
  const named = wide
    ? { targets: [...running].map((node) => node.address) }
    : { targets, glob, recursive }
  await fetch(pipeline, {
    ...(everything ? {} : { ...named, withDeps: true }),
    ...(options.env === undefined ? {} : { env: options.env }),
    runCache: true,
  })
  const needed = new Set<Node>(inOrder(graph, [...running]))
  const repository = openRepository(pipeline.root)
  await withRepositoryLock(repository, async () => {
    const { outputs } = recordedOutputs(pipeline, openLocks(pipeline.root))
    for (const { node, out, entry } of outputs) {
      if (!needed.has(node)) continue
      if (isStage(node) && !node.frozen && running.has(node)) continue
      if (!out.cache || entry.md5 === undefined) continue
      if (existsSync(repository.files.absolute(out.target))) continue
      if (holdsAll(repository, entry.md5)) await checkoutEntry(repository, out, entry)
    }
  })
}
