import { readLock, type LockFile } from '../definition/lock-file.ts'
import { lockOf } from '../lock-store.ts'
import { loadPipeline } from '../load-pipeline.ts'
import type { Output, Pipeline, Stage } from '../model.ts'
import { git } from '../git.ts'
import { gitRevision, workTree } from '../pipeline-source.ts'
import { findRoot, openRepository, type Repository } from '../repository.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A state of the repository to read from: the work tree, or a Git revision with the cache for what Git does not have. */
export interface Snapshot {
  readonly pipeline: Pipeline
  /** The text of a file: of the work tree, of Git, or of the cache by what the lock recorded. */
  text(path: string): string | undefined
  bytes(path: string): Uint8Array | undefined
}

/** A revision; `undefined` for HEAD while there is no commit. */
export function snapshotOrNothing(folder: string, revision: string): Snapshot | undefined {
  const root = findRoot(folder)
  const unborn =
    revision === 'HEAD' && git(root, ['rev-parse', '--verify', '--quiet', 'HEAD']) === undefined
  return unborn ? undefined : snapshot(folder, revision)
}

export function snapshot(folder: string, revision?: string): Snapshot {
  const root = findRoot(folder)
  const source = revision === undefined ? workTree(root) : gitRevision(root, revision)
  const pipeline = loadPipeline(folder, { source })
  const repository = openRepository(root)
  const locks = new Map<string, LockFile | undefined>()

  function recorded(path: string): string | undefined {
    for (const stage of pipeline.stages) {
      const out = stage.outs.find((one) => contains(one, path))
      if (out)
        return digestIn(
          repository,
          lock(stage)
            ?.stages.get(stage.name)
            ?.outs.find((entry) => entry.path === out.path)?.md5,
          out,
          path,
        )
    }
    for (const data of pipeline.data) {
      const index = data.outs.findIndex((one) => contains(one, path))
      const out = data.outs[index]
      if (out) return digestIn(repository, data.entries[index]?.md5, out, path)
    }
    return undefined
  }

  function lock(stage: Stage): LockFile | undefined {
    const file = lockOf(stage.file)
    if (!locks.has(file)) {
      const text = source.read(file)
      locks.set(file, text === undefined ? undefined : readLock(text, file))
    }
    return locks.get(file)
  }

  function bytes(path: string): Uint8Array | undefined {
    if (revision === undefined) return fileBytes(join(root, path))
    const text = source.read(path)
    if (text !== undefined) return Buffer.from(text)
    const digest = recorded(path)
    return digest === undefined ? undefined : fileBytes(repository.cache.path(digest))
  }

  return {
    pipeline,
    bytes,
    text(path) {
      const found = bytes(path)
      return found === undefined ? undefined : Buffer.from(found).toString('utf8')
    },
  }
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

function fileBytes(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
