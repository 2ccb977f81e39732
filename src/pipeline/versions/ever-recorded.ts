import { TidemillError } from '#contract/error'
import { gitRoot } from '../files/git-ignore.ts'
import { git } from '../git.ts'
import { openLocks } from '../lock-store.ts'
import type { DataFile, Pipeline } from '../model.ts'
import type { Repository } from '../repository.ts'
import { keepObject } from './kept-objects.ts'
import { neededByExperiments } from './needed-by-experiments.ts'
import { areInGit, recordVersions } from './record-versions.ts'
import { recordedOutputs } from './recorded-outputs.ts'
import { recordsIn } from './recorded-then.ts'

export interface EverRecorded {
  /** The digests that anything refers to. */
  readonly used: ReadonlySet<string>
  /** Of those the data. What Git keeps lies in the cache too, for the run cache, and is lost with nobody. */
  readonly data: ReadonlySet<string>
  /** Whether all commits are here and could be read. */
  readonly whole: boolean
}

/**
 * What the work tree, any commit that this clone has, and any experiment, waiting ones too, record. A few calls of Git whatever the
 * number of commits: a server asks while others wait.
 */
export function everRecorded(pipeline: Pipeline, repository: Repository): EverRecorded {
  const { root } = pipeline
  const used = new Set(neededByExperiments(repository).needed)
  const data = new Set<string>()
  for (const { out, entry } of recordedOutputs(pipeline, openLocks(root)).outputs) {
    if (entry.md5 === undefined) continue
    keepObject(entry.md5, repository, used)
    if (out.cache) keepObject(entry.md5, repository, data)
  }
  if (gitRoot(root) === undefined) return { used, data, whole: true }
  let whole = git(root, ['rev-parse', '--is-shallow-repository'])?.trim() === 'false'
  const found: { commit: string; path: string; md5: string }[] = []
  for (const { commit, path, text } of recordVersions(root)) {
    const records = readRecords(text, path, root)
    whole &&= records !== undefined
    for (const { outs, entries } of records ?? []) {
      for (const out of outs) {
        const md5 = entries.find((entry) => entry.path === out.path)?.md5
        if (md5 !== undefined) found.push({ commit, path: out.target, md5 })
      }
    }
  }
  const inGit = areInGit(root, found)
  found.forEach(({ md5 }, at) => {
    keepObject(md5, repository, used)
    if (!inGit[at]) keepObject(md5, repository, data)
  })
  return { used, data, whole }
}

/** `undefined` for what nobody can read, such as the marks of a conflict. */
function readRecords(text: string, path: string, root: string): readonly DataFile[] | undefined {
  try {
    return recordsIn(text, path, root)
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'pipeline_invalid') return undefined
    throw error
  }
}
