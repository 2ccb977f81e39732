import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import type { Pipeline } from '../model.ts'
import { isStage } from '../graph.ts'
import { readText, type Repository } from '../repository.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isMap } from '../values/value.ts'
import { dropClones, takeFromGit, type GitSource } from './git-source.ts'
import { mapsOf, textAt } from './import-file.ts'
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
  for (const { node, entry } of recordedNow(pipeline, selection)) {
    if (isStage(node) || !node.imported || repository.cache.has(entry.md5 ?? '')) continue
    const source = sourceOf(readText(join(pipeline.root, node.file)) ?? '', node.file)
    if (source === undefined) continue
    try {
      const { entry: taken } = await takeFromGit(repository, source)
      if (taken.md5 === entry.md5) count += 1
    } catch (error) {
      // a source that is gone does not keep the rest; our own remote may have it
      if (!(error instanceof TidemillError)) throw error
    }
  }
  dropClones(repository)
  return count
}

/** Where the data of a `.dvc` file was imported from; `undefined` when it was not. */
function sourceOf(text: string, file: string): GitSource | undefined {
  const content = readYaml(text, file).value
  const [dep] = isMap(content) ? mapsOf(content.get('deps')) : []
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
