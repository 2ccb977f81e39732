import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { loadPipeline } from '../load-pipeline.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { gitRevision } from '../pipeline-source.ts'
import { openRepository, type Repository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { checkoutAll, type CheckoutResult } from './checkout.ts'
import { recordedOutputs, type RecordedOutput } from './recorded-outputs.ts'
import { openRemote, remotePath, type Remote } from './remote.ts'
import { revisionsOf, type RevisionScope } from './revisions.ts'

export interface TransferOptions {
  readonly targets?: readonly string[]
  readonly remote?: string
  /** The record of runs too. */
  readonly runCache?: boolean
  readonly jobs?: number
  /** What these commits record too. */
  readonly also?: RevisionScope
  readonly onProgress?: (done: number, total: number) => void
}

export interface TransferResult {
  /** Objects copied. */
  readonly objects: number
  /** Runs copied. */
  readonly runs: number
}

export interface RemoteStatus {
  readonly path: string
  /** `new` is here alone, `deleted` is there alone, `missing` is nowhere. */
  readonly state: 'new' | 'deleted' | 'missing'
}

/** Copies to a remote what it lacks of the recorded outputs; a folder's manifest goes after all its files. */
export async function push(
  pipeline: Pipeline,
  options: TransferOptions = {},
): Promise<TransferResult> {
  const repository = openRepository(pipeline.root)
  // a remote that is not there is refused also when there is nothing to send
  openRemote(repository, options.remote)
  let copied = 0
  const groups = outputsByRemote(pipeline, repository, options, true)
  if (options.runCache) addRuns(groups, repository, options, (md5) => repository.cache.has(md5))
  for (const [name, digests] of groups) {
    const remote = openRemote(repository, name)
    const files = new Set<string>()
    const folders: string[] = []
    for (const md5 of digests) {
      if (!repository.cache.has(md5)) throw lost(md5)
      if (md5.endsWith('.dir')) {
        folders.push(md5)
        for (const file of repository.cache.manifest(md5) ?? []) files.add(file.md5)
      } else files.add(md5)
    }
    const send = async (md5: string): Promise<boolean> => {
      if (await remote.has(remotePath(md5))) return false
      if (!(await repository.cache.verify(md5)))
        throw new TidemillError('object_corrupt', { digest: `md5:${md5}` })
      await remote.put(remotePath(md5), repository.cache.path(md5))
      return true
    }
    const total = files.size + folders.length
    copied += await inParallel([...files], options.jobs, send, (done) =>
      options.onProgress?.(done, total),
    )
    copied += await inParallel(folders, options.jobs, send, (done) =>
      options.onProgress?.(files.size + done, total),
    )
  }
  const runs = options.runCache
    ? await pushRuns(repository, openRemote(repository, options.remote))
    : 0
  repository.state.save()
  return { objects: copied, runs }
}

/** Copies from a remote what the cache lacks; every object's digest is checked before it gets its name. */
export async function fetch(
  pipeline: Pipeline,
  options: TransferOptions = {},
): Promise<TransferResult> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, () => fetchAll(pipeline, repository, options))
}

/** `fetch`, then `checkout`. */
export async function pull(
  pipeline: Pipeline,
  options: TransferOptions & { readonly force?: boolean } = {},
): Promise<TransferResult & CheckoutResult> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, async () => {
    const fetched = await fetchAll(pipeline, repository, options)
    return { ...fetched, ...(await checkoutAll(pipeline, repository, options)) }
  })
}

/** Which outputs the cache and a remote do not both have. */
export async function remoteStatus(
  pipeline: Pipeline,
  options: TransferOptions = {},
): Promise<readonly RemoteStatus[]> {
  const repository = openRepository(pipeline.root)
  const { outputs } = recordedOutputs(pipeline, openLocks(pipeline.root), options.targets)
  const found: RemoteStatus[] = []
  for (const { out, entry } of outputs) {
    if (!out.cache || entry.md5 === undefined) continue
    const here = repository.cache.has(entry.md5)
    const remote = openRemote(repository, out.remote ?? options.remote)
    const there = await holds(remote, repository, entry.md5)
    if (here && there) continue
    found.push({ path: out.target, state: here ? 'new' : there ? 'deleted' : 'missing' })
  }
  return found
}

async function fetchAll(
  pipeline: Pipeline,
  repository: Repository,
  options: TransferOptions,
): Promise<TransferResult> {
  openRemote(repository, options.remote)
  const runs = options.runCache
    ? await fetchRuns(repository, openRemote(repository, options.remote))
    : 0
  const groups = outputsByRemote(pipeline, repository, options, false)
  if (options.runCache) addRuns(groups, repository, options, () => true)
  let copied = 0
  for (const [name, digests] of groups) {
    const remote = openRemote(repository, name)
    const take = async (md5: string): Promise<boolean> => {
      if (existsSync(repository.cache.path(md5)) && (await repository.cache.verify(md5)))
        return false
      if (!(await remote.has(remotePath(md5)))) return false
      await receive(repository, remote, md5)
      return true
    }
    const folders = digests.filter((md5) => md5.endsWith('.dir'))
    copied += await inParallel(folders, options.jobs, take)
    const files = new Set(digests.filter((md5) => !md5.endsWith('.dir')))
    for (const md5 of folders)
      for (const file of repository.cache.manifest(md5) ?? []) files.add(file.md5)
    copied += await inParallel([...files], options.jobs, take, (done) =>
      options.onProgress?.(done, files.size),
    )
  }
  return { objects: copied, runs }
}

async function receive(repository: Repository, remote: Remote, md5: string): Promise<void> {
  const folder = join(repository.own, 'scratch')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `fetch-${md5}`)
  const actual = await remote.get(remotePath(md5), file)
  try {
    if (actual !== md5.slice(0, 32))
      throw new TidemillError('object_corrupt', { digest: `md5:${md5} on ${remote.name}` })
    await repository.cache.addFile(file, md5)
  } finally {
    rmSync(file, { force: true })
  }
}

/** Digests of the recorded, cached outputs, by the remote they belong to. */
function outputsByRemote(
  pipeline: Pipeline,
  repository: Repository,
  options: TransferOptions,
  pushing: boolean,
): Map<string | undefined, string[]> {
  const groups = new Map<string | undefined, Set<string>>()
  for (const { out, entry } of [...recordedNow(), ...recordedThen()]) {
    if (!out.cache || entry.md5 === undefined || (pushing && !out.push)) continue
    const name = out.remote ?? options.remote
    groups.set(name, (groups.get(name) ?? new Set()).add(entry.md5))
  }
  return new Map([...groups].map(([name, digests]) => [name, [...digests]]))

  function recordedNow(): readonly RecordedOutput[] {
    return recordedOutputs(pipeline, openLocks(pipeline.root), options.targets).outputs
  }

  function recordedThen(): readonly RecordedOutput[] {
    const folder = join(pipeline.root, pipeline.folder)
    return revisionsOf(pipeline.root, options.also ?? {}).flatMap((revision) => {
      const source = gitRevision(pipeline.root, revision)
      const then = loadPipeline(folder, { source })
      const { outputs } = recordedOutputs(then, openLocks(pipeline.root, source.read))
      // what an old commit recorded may be gone for good; what is here is what can be sent
      return pushing
        ? outputs.filter(({ entry }) => repository.cache.has(entry.md5 ?? ''))
        : outputs
    })
  }
}

/** Adds what recorded runs made: a run whose objects are elsewhere could not be put back. */
function addRuns(
  groups: Map<string | undefined, string[]>,
  repository: Repository,
  options: TransferOptions,
  wanted: (md5: string) => boolean,
): void {
  const digests = new Set(groups.get(options.remote))
  for (const run of repository.runs.all()) {
    for (const { md5 } of run.outs) if (md5 !== undefined && wanted(md5)) digests.add(md5)
  }
  groups.set(options.remote, [...digests])
}

async function holds(remote: Remote, repository: Repository, md5: string): Promise<boolean> {
  if (!(await remote.has(remotePath(md5)))) return false
  // an object of a folder is put last, so its presence says that all of it is there; what we can check we check
  for (const file of md5.endsWith('.dir') ? (repository.cache.manifest(md5) ?? []) : []) {
    if (!(await remote.has(remotePath(file.md5)))) return false
  }
  return true
}

async function pushRuns(repository: Repository, remote: Remote): Promise<number> {
  let count = 0
  for (const { name, path: folder } of repository.runs.folders) {
    const files = existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true })
      : []
    for (const entry of files) {
      if (!entry.isFile() || entry.name.endsWith('.tmp')) continue
      const file = join(entry.parentPath, entry.name)
      const path = join(name, file.slice(folder.length + 1))
      if (await remote.has(path)) continue
      await remote.put(path, file)
      // ours lie beside DVC's, one for each
      if (name === 'runs') count += 1
    }
  }
  return count
}

async function fetchRuns(repository: Repository, remote: Remote): Promise<number> {
  let count = 0
  for (const { name, path: folder } of repository.runs.folders) {
    for (const path of await remote.list(name)) {
      const file = join(folder, path.slice(name.length + 1))
      if (existsSync(file)) continue
      await remote.get(path, file)
      if (name === 'runs') count += 1
    }
  }
  return count
}

/** Applies `work` to each, a few at a time; how many answered true. */
async function inParallel(
  items: readonly string[],
  jobs: number | undefined,
  work: (item: string) => Promise<boolean>,
  onDone?: (done: number) => void,
): Promise<number> {
  let [next, done, count] = [0, 0, 0]
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next] ?? ''
      next += 1
      if (await work(item)) count += 1
      done += 1
      onDone?.(done)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, jobs ?? 8) }, worker))
  return count
}

function lost(md5: string): TidemillError {
  return new TidemillError('not_found', { kind: 'object in the cache', name: md5 })
}
