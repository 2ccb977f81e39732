import { inspector } from '../changes.ts'
import { makeManifest } from '../files/manifest.ts'
import type { Content } from '../files/content.ts'
import { buildGraph, foldersAbove, inOrder, isStage } from '../graph.ts'
import { openLocks } from '../lock-store.ts'
import type { Entry, Pipeline } from '../model.ts'
import type { Repository } from '../repository.ts'
import { findRun } from '../run/plan.ts'
import { nodesNow } from './recorded-then.ts'
import { isWithin, type FetchOptions } from './transfer-set.ts'

/**
 * What recorded runs made that the selected stages would take from them in place of running, were those objects here that `isThere`
 * says. Each stage is looked at on what those before it would take, else on what lies there, else on what is recorded.
 */
export async function foreseenRuns(
  pipeline: Pipeline,
  repository: Repository,
  options: FetchOptions,
  isThere: (md5: string) => boolean,
): Promise<readonly string[]> {
  const graph = buildGraph(pipeline)
  const locks = openLocks(pipeline.root)
  const selected = nodesNow(pipeline, options)
  const chosen = new Set(selected)
  const taken = new Map<string, Entry>()
  const recorded = new Map<string, Entry>()
  const ahead: Repository = {
    ...repository,
    files: {
      ...repository.files,
      content: async (target) =>
        contentIn(taken, target, repository) ??
        (await repository.files.content(target)) ??
        contentIn(recorded, target, repository),
    },
    cache: { ...repository.cache, has: isThere },
  }
  const inspect = inspector(ahead, locks, options.env)
  const digests = new Set<string>()
  for (const node of inOrder(graph, selected)) {
    const locked = isStage(node) ? locks.get(node) : undefined
    const entries = isStage(node) ? (locked?.outs ?? []) : node.entries
    const looked = isStage(node) && chosen.has(node) && !node.frozen
    const run = looked ? (await findRun(node, ahead, inspect, locked))?.run : undefined
    for (const out of node.outs) {
      const before = entries.find((entry) => entry.path === out.path)
      if (before) recorded.set(out.target, before)
      const entry = run?.outs.find((each) => each.path === out.path)
      // what dvc.lock has of it is fetched as what is recorded
      if (run === locked || entry?.md5 === undefined) continue
      taken.set(out.target, entry)
      if (isWithin(out, entry, options)) digests.add(entry.md5)
    }
  }
  return [...digests]
}

/** What would lie at a path: an entry's content, or what a folder's manifest has there. */
function contentIn(
  entries: ReadonlyMap<string, Entry>,
  target: string,
  { cache }: Repository,
): Content | undefined {
  const entry = entries.get(target)
  if (entry?.md5 !== undefined) {
    const { md5, size = 0, nfiles, isexec } = entry
    return {
      md5,
      size,
      ...(nfiles === undefined ? {} : { nfiles }),
      ...(isexec ? { isexec: true } : {}),
    }
  }
  for (const above of foldersAbove(target)) {
    const folder = entries.get(above)?.md5
    if (folder === undefined) continue
    const inside = target.slice(above.length + 1)
    const files = cache.manifest(folder) ?? []
    const file = files.find(({ path }) => path === inside)
    if (file) return { md5: file.md5, size: 0 }
    const below = files.flatMap(({ path, md5 }) =>
      path.startsWith(`${inside}/`) ? [{ md5, path: path.slice(inside.length + 1) }] : [],
    )
    if (below.length > 0) return { md5: makeManifest(below).md5, size: 0, nfiles: below.length }
  }
  return undefined
}
