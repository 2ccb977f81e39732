import { statSync } from 'node:fs'
import { join } from 'node:path'
import { readLock, type LockFile } from '../definition/lock-file.ts'
import { lockOf } from '../lock-store.ts'
import { loadPipeline } from '../load-pipeline.ts'
import type { LockedStage, Output, Pipeline, Stage } from '../model.ts'
import { git } from '../git.ts'
import { fileBytes, gitRevision, workTree, type PipelineSource } from '../pipeline-source.ts'
import { findRoot, openRepository, type Repository } from '../repository.ts'
import { compareText } from '../values/python-text.ts'

/** A state of the repository to read from: the work tree, or a Git revision with the cache for what Git does not have. */
export interface Snapshot {
  readonly pipeline: Pipeline
  /** What the lock recorded of a stage. */
  locked(stage: Stage): LockedStage | undefined
  /** Whether a file that is nowhere here is an output that was recorded, so that it may come with the data. */
  awaited(path: string): boolean
  /** The text of a file: of the work tree, of Git, or of the cache by what the lock recorded. */
  text(path: string): string | undefined
  bytes(path: string): Uint8Array | undefined
  /** Says whose text will be asked for, so that Git is asked once for all. */
  expect(paths: readonly string[]): void
  /** The files of a folder and of those in it, by their paths; `undefined` for what is none. */
  files(path: string): readonly string[] | undefined
}

/** A revision; `undefined` for HEAD while there is no commit. */
export function snapshotOrNothing(folder: string, revision: string): Snapshot | undefined {
  const root = findRoot(folder)
  const unborn =
    revision === 'HEAD' && git(root, ['rev-parse', '--verify', '--quiet', 'HEAD']) === undefined
  return unborn ? undefined : snapshot(folder, revision)
}

/** `files` are those of the revision, where they are known. Errors: `not_found`. */
export function snapshot(folder: string, revision?: string, files?: PipelineSource): Snapshot {
  const root = findRoot(folder)
  const source = files ?? (revision === undefined ? workTree(root) : gitRevision(root, revision))
  const pipeline = loadPipeline(folder, { source })
  const repository = openRepository(root)
  const locks = new Map<string, LockFile | undefined>()
  let known: readonly (readonly [Output, string | undefined])[] | undefined

  /** The outputs, each with the digest that is recorded of it. */
  function outputs(): readonly (readonly [Output, string | undefined])[] {
    return (known ??= [
      ...pipeline.stages.flatMap((stage) => {
        const entries = locked(stage)?.outs ?? []
        return stage.outs.map(
          (out) => [out, entries.find((entry) => entry.path === out.path)?.md5] as const,
        )
      }),
      ...pipeline.data.flatMap((data) =>
        data.outs.map((out, index) => [out, data.entries[index]?.md5] as const),
      ),
    ])
  }

  function recorded(path: string): string | undefined {
    const [out, md5] = outputs().find(([one]) => contains(one, path)) ?? []
    return out && digestIn(repository, md5, out, path)
  }

  function locked(stage: Stage): LockedStage | undefined {
    const file = lockOf(stage.file)
    if (!locks.has(file)) {
      const text = source.read(file)
      locks.set(file, text === undefined ? undefined : readLock(text, file))
    }
    return locks.get(file)?.stages.get(stage.name)
  }

  function bytes(path: string): Uint8Array | undefined {
    const there = source.readBytes(path)
    if (there !== undefined || revision === undefined) return there
    const digest = recorded(path)
    return digest === undefined ? undefined : fileBytes(repository.cache.path(digest))
  }

  /** The files of outputs at or below a path, or above it. */
  function recordedFiles(path: string): readonly string[] {
    return outputs().flatMap(([out, md5 = '']) => {
      if (!contains(out, path) && !out.target.startsWith(`${path}/`)) return []
      if (!md5.endsWith('.dir')) return out.target === path ? [] : [out.target]
      const files = repository.cache.manifest(md5) ?? []
      return files.map((file) => `${out.target}/${file.path}`)
    })
  }

  function listed(folder: string): readonly string[] {
    return source.list(folder).flatMap(({ name, folder: isFolder }) => {
      const path = `${folder}/${name}`
      if (repository.ignored.ignored(path, isFolder)) return []
      return isFolder ? listed(path) : [path]
    })
  }

  return {
    pipeline,
    locked,
    awaited(path) {
      const [out, md5] = outputs().find(([one]) => contains(one, path)) ?? []
      return out?.cache === true && md5 !== undefined && bytes(path) === undefined
    },
    bytes,
    expect: (paths) => source.expect(paths),
    files(path) {
      const isInGit = revision !== undefined
      const here = isInGit || isFolder(join(root, path)) ? listed(path) : []
      const there = isInGit ? recordedFiles(path) : []
      const all = [...here, ...there].filter((file) => file.startsWith(`${path}/`))
      return all.length === 0 ? undefined : [...new Set(all)].sort(compareText)
    },
    text(path) {
      // what loading the pipeline has read of a revision is remembered there
      const known = revision === undefined ? undefined : source.read(path)
      if (known !== undefined) return known
      const found = bytes(path)
      return found === undefined ? undefined : Buffer.from(found).toString('utf8')
    },
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function contains(out: Output, path: string): boolean {
  return out.target === path || path.startsWith(`${out.target}/`)
}

/** The digest of a file that is an output or lies in one. */
function digestIn(
  repository: Repository,
  md5: string | undefined,
  out: Output,
  path: string,
): string | undefined {
  if (md5 === undefined || !md5.endsWith('.dir')) return md5
  const inner = path.slice(out.target.length + 1)
  return repository.cache.manifest(md5)?.find((file) => file.path === inner)?.md5
}
