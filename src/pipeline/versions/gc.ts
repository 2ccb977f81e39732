import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract'
import { readLock } from '../definition/lock-file.ts'
import { readDotDvc } from '../definition/dot-dvc.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { git, gitRevision } from '../pipeline-source.ts'
import { openRepository, type Repository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { recordedOutputs } from './recorded-outputs.ts'

export interface GcOptions {
  /** Nothing is removed unless this is false. */
  readonly dry?: boolean
  /** What is kept beside the work tree's: what branches, tags or all commits record. */
  readonly keep?: {
    readonly branches?: boolean
    readonly tags?: boolean
    readonly commits?: boolean
  }
}

export interface GcResult {
  readonly objects: number
  readonly bytes: number
  readonly dry: boolean
}

/** Removes objects from the cache that nothing kept refers to. Runs are left; a run whose objects are gone is run again. */
export async function gc(pipeline: Pipeline, options: GcOptions = {}): Promise<GcResult> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, async () => {
    const dry = options.dry !== false
    const used = usedNow(pipeline, repository)
    for (const revision of revisions(pipeline.root, options.keep ?? {}))
      addUsed(revision, pipeline.root, repository, used)
    let [objects, bytes] = [0, 0]
    for (const { file, md5 } of objectsOf(repository.cache.folder)) {
      if (md5 !== undefined && used.has(md5)) continue
      bytes += statSync(file).size
      if (md5 !== undefined) objects += 1
      if (!dry) rmSync(file, { force: true })
    }
    return { objects, bytes, dry }
  })
}

function usedNow(pipeline: Pipeline, repository: Repository): Set<string> {
  const used = new Set<string>()
  const { outputs } = recordedOutputs(pipeline, openLocks(pipeline.root))
  for (const { entry } of outputs) if (entry.md5 !== undefined) keep(entry.md5, repository, used)
  return used
}

/** Keeps an object; with a folder's manifest its files. One that is damaged stops the removal of anything. */
function keep(md5: string, repository: Repository, used: Set<string>): void {
  used.add(md5)
  if (!md5.endsWith('.dir') || !existsSync(repository.cache.path(md5))) return
  const files = repository.cache.manifest(md5)
  if (!files) throw new TidemillError('object_corrupt', { digest: `md5:${md5}` })
  for (const file of files) used.add(file.md5)
}

function revisions(root: string, scope: NonNullable<GcOptions['keep']>): readonly string[] {
  const list = (args: readonly string[]) =>
    (git(root, args) ?? '').split('\n').filter((line) => line !== '')
  if (scope.commits) return list(['rev-list', '--all'])
  return [
    ...(scope.branches ? list(['for-each-ref', '--format=%(objectname)', 'refs/heads']) : []),
    ...(scope.tags ? list(['for-each-ref', '--format=%(objectname)', 'refs/tags']) : []),
  ]
}

function addUsed(revision: string, root: string, repository: Repository, used: Set<string>): void {
  const source = gitRevision(root, revision)
  const walk = (folder: string): void => {
    for (const { name, folder: isFolder } of source.list(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (isFolder) {
        walk(path)
        continue
      }
      if (name !== 'dvc.lock' && !(name.endsWith('.dvc') && name !== '.dvc')) continue
      const text = source.read(path) ?? ''
      const entries =
        name === 'dvc.lock'
          ? [...readLock(text, path).stages.values()].flatMap((stage) => stage.outs)
          : readDotDvc(text, path, path, root).entries
      for (const { md5 } of entries) if (md5 !== undefined) keep(md5, repository, used)
    }
  }
  walk('')
}

/** Every object of a cache, and what was left half-written there (without a digest). */
function* objectsOf(folder: string): Generator<{ file: string; md5?: string }> {
  const generations = [join(folder, 'files', 'md5'), folder]
  for (const top of generations) {
    if (!existsSync(top)) continue
    for (const prefix of readdirSync(top)) {
      if (!/^[0-9a-f]{2}$/.test(prefix)) continue
      for (const rest of readdirSync(join(top, prefix))) {
        const file = join(top, prefix, rest)
        if (/^[0-9a-f]{30}(?:\.dir)?$/.test(rest)) yield { file, md5: `${prefix}${rest}` }
        else if (rest.endsWith('.tmp')) yield { file }
      }
    }
  }
}
