import { dirname, join, resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import { buildGraph, isStage } from '../graph.ts'
import type { Pipeline } from '../model.ts'
import { openRepository, readText } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { findTargets } from '../targets.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isMap } from '../values/value.ts'
import { isExternal } from './external-source.ts'
import { droppingClones, findInGit, takeFromGit } from './git-source.ts'
import { takeUrl, type ImportUrlOptions } from './import-data.ts'
import {
  gitDependency,
  mapsOf,
  settingsAt,
  textAt,
  writeImport,
  type Imported,
} from './import-file.ts'

export interface UpdateOptions extends Pick<ImportUrlOptions, 'force' | 'bring' | 'toRemote'> {
  /** Another commit, branch or tag of the source. */
  readonly rev?: string
  /** A folder means every import in it and below. */
  readonly recursive?: boolean
}

/** Brings imported data to what its source has now. Errors: `not_found`, `conflict` for data that was not imported. */
export async function updateImports(
  pipeline: Pipeline,
  targets: readonly string[],
  options: UpdateOptions = {},
): Promise<readonly Imported[]> {
  const repository = openRepository(pipeline.root)
  const graph = buildGraph(pipeline)
  const { rev: asked, recursive, ...how } = options
  const bring = async (): Promise<readonly Imported[]> => {
    const done: Imported[] = []
    for (const node of findTargets(pipeline, graph, targets, recursive ? { recursive } : {})) {
      const [out] = node.outs
      const text = isStage(node) ? undefined : readText(join(pipeline.root, node.file))
      const before = text === undefined ? undefined : readYaml(text, node.file).value
      const [dep] = isMap(before) ? mapsOf(before.get('deps')) : []
      if (!out || !isMap(before) || !dep) {
        if (recursive) continue
        throw new TidemillError('conflict', {
          problem: `${node.address} was not imported, so there is nothing to bring it up to date from.`,
        })
      }
      const place = { target: out.target, file: node.file, before }
      const write = { ...how, update: true }
      const path = textAt(dep, 'path')
      const repo = dep.get('repo')
      if (isMap(repo)) {
        if (how.toRemote !== undefined)
          throw new TidemillError('bad_request', {
            problem: `${node.address} comes from a Git repository, whose data goes to no remote of ours.`,
          })
        const rev = asked ?? (textAt(repo, 'rev') || undefined)
        const named = { remote: textAt(repo, 'remote'), config: textAt(repo, 'config') }
        const source = {
          url: textAt(repo, 'url'),
          path,
          rev,
          ...(named.remote === '' ? {} : { remote: named.remote }),
          ...(named.config === '' ? {} : { config: named.config }),
        }
        const found =
          how.bring === 'state'
            ? { commit: findInGit(repository, source), entry: undefined }
            : await takeFromGit(repository, source)
        const noted = gitDependency(source, found.commit)
        done.push(await writeImport(repository, place, write, found.entry, noted))
      } else {
        const from = isExternal(path) ? path : resolve(pipeline.root, dirname(node.file), path)
        const settings = settingsAt(dep)
        const found = await takeUrl(repository, from, path, { ...how, settings })
        done.push(await writeImport(repository, place, write, found.entry, found.dependency))
      }
    }
    return done
  }
  return withRepositoryLock(repository, () => droppingClones(repository, bring))
}
