import { statSync } from 'node:fs'
import { loadPipeline } from '../load-pipeline.ts'
import { openLocks } from '../lock-store.ts'
import type { Entry } from '../model.ts'
import { gitRevision } from '../pipeline-source.ts'
import { findRoot, openRepository, type Repository } from '../repository.ts'
import { compareText } from '../values/python-text.ts'
import { recordedOutputs } from './recorded-outputs.ts'
import { compareData } from './tracked-data.ts'

export interface DataState {
  readonly md5: string
  readonly size: number
  readonly files: number
}

export interface ChangedFile {
  readonly path: string
  readonly change: 'added' | 'deleted' | 'modified' | 'renamed'
  readonly from?: string
  /** Digests, by which the contents lie in the cache. */
  readonly old?: string
  readonly new?: string
}

/** One output or data file that differs between two revisions. */
export interface DataVersion {
  readonly path: string
  readonly change: 'added' | 'deleted' | 'modified'
  readonly old?: DataState
  readonly new?: DataState
  /** A folder's files that differ, or the file itself; of a folder whose manifest is not here none are known. */
  readonly files: readonly ChangedFile[]
  readonly incomplete: boolean
}

/** What differs in the recorded data of two revisions, output by output with the files inside; `to` is the work tree unless given. */
export function dataVersions(folder: string, from: string, to?: string): readonly DataVersion[] {
  const repository = openRepository(findRoot(folder))
  const [before, after] = [recorded(folder, from), recorded(folder, to)]
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort(compareText)
  return paths.flatMap((path): DataVersion[] => {
    const [old, now] = [before.get(path), after.get(path)]
    if (old?.md5 === now?.md5) return []
    const [oldFiles, newFiles] = [filesIn(repository, path, old), filesIn(repository, path, now)]
    const changes = compareData(oldFiles ?? new Map(), newFiles ?? new Map())
    const known = oldFiles !== undefined && newFiles !== undefined
    const files = (['added', 'deleted', 'modified', 'renamed'] as const).flatMap((change) =>
      changes[change].map((each): ChangedFile => ({ ...each, change })),
    )
    return [
      {
        path,
        change: old === undefined ? 'added' : now === undefined ? 'deleted' : 'modified',
        ...(old === undefined ? {} : { old: stateOf(old) }),
        ...(now === undefined ? {} : { new: stateOf(now) }),
        files: known ? files.sort((a, b) => compareText(a.path, b.path)) : [],
        incomplete: !known,
      },
    ]
  })
}

/** Where the content of a digest lies here; `undefined` when it is not in the cache. */
export function cachedObject(folder: string, md5: string): string | undefined {
  const path = openRepository(findRoot(folder)).cache.path(md5)
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined
}

function recorded(folder: string, revision: string | undefined): ReadonlyMap<string, Entry> {
  const root = findRoot(folder)
  const source = revision === undefined ? undefined : gitRevision(root, revision)
  const pipeline = loadPipeline(root, source ? { source } : {})
  const { outputs } = recordedOutputs(pipeline, openLocks(root, source?.read))
  return new Map(outputs.flatMap(({ out, entry }) => (out.cache ? [[out.target, entry]] : [])))
}

function filesIn(
  repository: Repository,
  path: string,
  entry: Entry | undefined,
): ReadonlyMap<string, string> | undefined {
  if (entry?.md5 === undefined) return new Map()
  if (!entry.md5.endsWith('.dir')) return new Map([[path, entry.md5]])
  const files = repository.cache.manifest(entry.md5)
  return files && new Map(files.map((file) => [`${path}/${file.path}`, file.md5]))
}

function stateOf({ md5 = '', size = 0, nfiles = 1 }: Entry): DataState {
  return { md5, size, files: nfiles }
}
