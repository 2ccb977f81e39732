import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { TidemillError } from '#contract/error'
import { loadPipeline } from '../load-pipeline.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { findRepository, type Repository } from '../repository.ts'
import { recordedOutputs } from './recorded-outputs.ts'
import { recordsOf } from './recorded-then.ts'
import { refuseShallow, revisionsOf, type RevisionScope } from './revisions.ts'

export interface KeepOptions {
  /** What is kept beside what the work tree records. */
  readonly keep?: RevisionScope
  /** Other repositories that share the cache: what they record, here and in the same commits' scope, is kept too. */
  readonly projects?: readonly string[]
  /** Passes over commits that cannot be read. */
  readonly skipFailed?: boolean
}

/** The digests that something kept refers to. Errors: `object_corrupt` for a folder's manifest that cannot be read. */
export function keptObjects(
  pipeline: Pipeline,
  repository: Repository,
  options: KeepOptions,
): Set<string> {
  const used = new Set<string>()
  const roots = (options.projects ?? []).map((folder) => {
    const root = findRepository(resolve(folder))
    if (root === undefined) throw new TidemillError('repository_missing', { folder })
    return root
  })
  for (const each of [pipeline, ...roots.map((root) => loadPipeline(root))]) {
    const { outputs } = recordedOutputs(each, openLocks(each.root))
    for (const { entry } of outputs)
      if (entry.md5 !== undefined) keepObject(entry.md5, repository, used)
    refuseShallow(each.root, options.keep ?? {})
    for (const revision of revisionsOf(each.root, options.keep ?? {})) {
      try {
        keepRevision(revision, each.root, repository, used)
      } catch (error) {
        if (!options.skipFailed) throw error
      }
    }
  }
  return used
}

/** Keeps an object; with a folder's manifest its files. One that is damaged stops the removal of anything. */
export function keepObject(md5: string, repository: Repository, used: Set<string>): void {
  used.add(md5)
  if (!md5.endsWith('.dir') || !existsSync(repository.cache.path(md5))) return
  const files = repository.cache.manifest(md5)
  if (!files) throw new TidemillError('object_corrupt', { digest: `md5:${md5}` })
  for (const file of files) used.add(file.md5)
}

/** Keeps what a commit records. */
export function keepRevision(
  revision: string,
  root: string,
  repository: Repository,
  used: Set<string>,
): void {
  for (const { entries } of recordsOf(root, revision))
    for (const { md5 } of entries) if (md5 !== undefined) keepObject(md5, repository, used)
}
