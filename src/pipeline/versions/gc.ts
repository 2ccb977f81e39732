import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract'
import { remotesOf } from '../config.ts'
import { readLock } from '../definition/lock-file.ts'
import { readDotDvc } from '../definition/dot-dvc.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { gitRevision } from '../pipeline-source.ts'
import { openRepository, type Repository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { readManifest } from '../files/manifest.ts'
import { recordedOutputs } from './recorded-outputs.ts'
import { isFolder, openRemote, remotePath, type Remote } from './remote.ts'
import { revisionsOf, type RevisionScope } from './revisions.ts'

export interface GcOptions {
  /** Nothing is removed unless this is false. */
  readonly dry?: boolean
  /** What is kept beside what the work tree records. */
  readonly keep?: RevisionScope
  /** Keeps what a remote does not provably have too: the copy there is read and its digest checked. */
  readonly provenOnly?: boolean
  /** Removes from the remote as well. */
  readonly cloud?: boolean
  /** The remote that is asked, and with `cloud` cleared; the default one unless given. */
  readonly remote?: string
}

export interface GcResult {
  readonly objects: number
  readonly bytes: number
  /** Unused objects that stay, because nothing proves a copy elsewhere. */
  readonly lastCopies: number
  /** Objects on the remote. */
  readonly remoteObjects: number
  readonly dry: boolean
}

/** Removes objects from the cache that nothing kept refers to. Runs are left; a run whose objects are gone is run again. */
export async function gc(pipeline: Pipeline, options: GcOptions = {}): Promise<GcResult> {
  const repository = openRepository(pipeline.root)
  const remote = options.cloud ? openRemote(repository, options.remote) : undefined
  const proof = options.provenOnly ? provenOn(repository, options.remote) : undefined
  return withRepositoryLock(repository, async () => {
    const dry = options.dry !== false
    const used = usedNow(pipeline, repository)
    for (const revision of revisionsOf(pipeline.root, options.keep ?? {}))
      addUsed(revision, pipeline.root, repository, used)
    const remoteObjects = remote ? await clear(remote, repository, used, dry) : 0
    let [objects, bytes, lastCopies] = [0, 0, 0]
    for (const { file, md5 } of objectsOf(repository.cache.folder)) {
      if (md5 !== undefined && used.has(md5)) continue
      if (md5 !== undefined && proof && !(await proof(md5))) {
        lastCopies += 1
        continue
      }
      bytes += statSync(file).size
      if (md5 !== undefined) objects += 1
      if (!dry) rmSync(file, { force: true })
    }
    return { objects, bytes, lastCopies, remoteObjects, dry }
  })
}

/** Asks a remote for an object and reads it; without one that can be reached nothing is proven. */
function provenOn(repository: Repository, name?: string): (md5: string) => Promise<boolean> {
  const { remotes, core } = remotesOf(repository.root, repository.config)
  const wanted = remotes.find((each) => each.name === (name ?? core))
  if (name === undefined && (!wanted || !isFolder(wanted.url))) return async () => false
  const remote = openRemote(repository, name)
  return async (md5) => {
    if (!(await remote.has(remotePath(md5)))) return false
    const copy = join(repository.own, 'proof')
    try {
      return (await remote.get(remotePath(md5), copy)) === md5.slice(0, 32)
    } finally {
      rmSync(copy, { force: true })
    }
  }
}

/** Removes from a remote what is not used; how many objects that are. */
async function clear(
  remote: Remote,
  repository: Repository,
  used: Set<string>,
  dry: boolean,
): Promise<number> {
  // a folder that is not in the cache still needs its files there
  for (const md5 of used) {
    if (!md5.endsWith('.dir') || repository.cache.manifest(md5)) continue
    if (!(await remote.has(remotePath(md5)))) continue
    const copy = join(repository.own, 'manifest')
    await remote.get(remotePath(md5), copy)
    for (const file of readManifest(readFileSync(copy, 'utf8')) ?? []) used.add(file.md5)
    rmSync(copy, { force: true })
  }
  let count = 0
  for (const path of await remote.list(join('files', 'md5'))) {
    const [rest = '', prefix = ''] = path.split('/').toReversed()
    if (!/^[0-9a-f]{32}(?:\.dir)?$/.test(`${prefix}${rest}`) || used.has(`${prefix}${rest}`))
      continue
    count += 1
    if (!dry) await remote.remove(path)
  }
  return count
}

/** What the work tree records. */
export function usedNow(pipeline: Pipeline, repository: Repository): Set<string> {
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

/** Adds what a revision records. */
export function addUsed(
  revision: string,
  root: string,
  repository: Repository,
  used: Set<string>,
): void {
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
export function* objectsOf(folder: string): Generator<{ file: string; md5?: string }> {
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
