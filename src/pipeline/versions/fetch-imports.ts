import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import type { DataFile, Pipeline } from '../model.ts'
import { buildGraph, isStage } from '../graph.ts'
import { readText, type Repository } from '../repository.ts'
import { findTargets } from '../targets.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isMap, type ValueMap } from '../values/value.ts'
import { droppingClones, takeFromGit, type GitSource } from './git-source.ts'
import { mapsOf, textAt, writeImport } from './import-file.ts'
import type { Selection } from './recorded-outputs.ts'
import { recordedNow } from './recorded-then.ts'

/**
 * Brings data that was imported from another Git repository, and that the cache lacks, from there, at the commit that was noted: no
 * remote of ours need have it, and DVC never sends it to one. How many there were.
 */
export async function fetchImports(
  pipeline: Pipeline,
  repository: Repository,
  selection: Selection,
): Promise<number> {
  let count = 0
  await droppingClones(repository, async () => {
    for (const { node, entry } of recordedNow(pipeline, selection)) {
      if (isStage(node) || !node.imported || repository.cache.has(entry.md5 ?? '')) continue
      const source = sourceOf(contentOf(pipeline, node))
      if (source === undefined) continue
      try {
        const { entry: taken } = await takeFromGit(repository, source)
        if (taken.md5 === entry.md5) count += 1
      } catch (error) {
        // a source that is gone does not keep the rest; our own remote may have it
        if (!(error instanceof TidemillError)) throw error
      }
    }
  })
  return count
}

/**
 * Brings data of another Git repository of which only the commit was noted, as it is there, and records what it is. Errors: those of
 * `import`.
 */
export async function bringNoted(
  pipeline: Pipeline,
  repository: Repository,
  selection: Selection,
): Promise<number> {
  const graph = buildGraph(pipeline)
  const { targets = [] } = selection
  const nodes = targets.length > 0 ? findTargets(pipeline, graph, targets, selection) : graph.nodes
  let count = 0
  await droppingClones(repository, async () => {
    for (const node of nodes) {
      const [out] = node.outs
      if (isStage(node) || !node.imported || !out || node.entries[0]?.md5 !== undefined) continue
      const before = contentOf(pipeline, node)
      const source = sourceOf(before)
      const [dependency] = mapsOf(before?.get('deps'))
      if (!before || !source || !dependency) continue
      const { entry } = await takeFromGit(repository, source)
      const place = { target: out.target, file: node.file, before }
      await writeImport(repository, place, { update: true }, entry, dependency)
      count += 1
    }
  })
  return count
}

function contentOf(pipeline: Pipeline, { file }: DataFile): ValueMap | undefined {
  const { value } = readYaml(readText(join(pipeline.root, file)) ?? '', file)
  return isMap(value) ? value : undefined
}

/** Where the data of a `.dvc` file was imported from; `undefined` when it was not. */
function sourceOf(content: ValueMap | undefined): GitSource | undefined {
  const [dep] = mapsOf(content?.get('deps'))
  const repo = dep?.get('repo') ?? null
  if (dep === undefined || !isMap(repo)) return undefined
  const [path, url, rev] = [textAt(dep, 'path'), textAt(repo, 'url'), textAt(repo, 'rev_lock')]
  const [remote, config] = [textAt(repo, 'remote'), textAt(repo, 'config')]
  if (path === '' || url === '' || rev === '') return undefined
  return {
    url,
    path,
    rev,
    ...(remote === '' ? {} : { remote }),
    ...(config === '' ? {} : { config }),
  }
}
