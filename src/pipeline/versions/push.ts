import { existsSync } from 'node:fs'
import { TidemillError } from '#contract/error'
import { refuseEditedLinks } from '../cache/edited-links.ts'
import type { Pipeline } from '../model.ts'
import { defaultJobs, inParallel } from '../remotes/in-parallel.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { presentOn } from '../remotes/presence.ts'
import { legacyRemotePath, remotePath, type OnBytes, type Remote } from '../remotes/remote.ts'
import { remoteSettings } from '../remotes/settings.ts'
import { openRepository, type Repository } from '../repository.ts'
import { recordedNow } from './recorded-then.ts'
import { sendRuns } from './transfer-runs.ts'
import {
  transferSets,
  type TransferOptions,
  type TransferResult,
  type TransferSet,
} from './transfer-set.ts'

/**
 * Copies to a remote what it lacks of the recorded outputs; a folder's manifest goes after all its files, so that who finds it there
 * may believe it. One bad object does not keep the others. Errors, at the end: `object_corrupt`, `not_found`.
 */
export async function push(
  pipeline: Pipeline,
  options: TransferOptions = {},
): Promise<TransferResult> {
  const repository = openRepository(pipeline.root)
  // a remote that is not there is refused also when there is nothing to send
  openRemote(repository, options.remote)
  await refuseEditedLinks(repository, recordedNow(pipeline, options))
  const bad: Bad = { damaged: new Set(), lost: new Set() }
  let [objects, runs] = [0, 0]
  for (const [name, set] of transferSets(pipeline, repository, options, true)) {
    const remote = openRemote(repository, name, options.jobs)
    const jobs = options.jobs ?? defaultJobs(remoteSettings(repository, name).options)
    try {
      objects += await sendAll(repository, remote, set, { ...options, jobs }, bad)
    } finally {
      await remote.close()
    }
  }
  if (options.runCache) {
    const remote = openRemote(repository, options.remote)
    try {
      runs = await sendRuns(repository, remote, options.jobs ?? 8)
    } finally {
      await remote.close()
    }
  }
  repository.state.save()
  refuse(bad)
  return { objects, runs }
}

/** Objects that could not be sent: not what their names say, and neither here nor there. */
interface Bad {
  readonly damaged: Set<string>
  readonly lost: Set<string>
}

async function sendAll(
  repository: Repository,
  remote: Remote,
  set: TransferSet,
  options: TransferOptions & { readonly jobs: number },
  { damaged, lost }: Bad,
): Promise<number> {
  const { cache } = repository
  // by the place on the remote: a file of a folder of DVC 2 and of a present one is needed in both
  const files = new Map<string, string>()
  const folders = new Map<string, { readonly md5: string; readonly inner: readonly string[] }>()
  for (const md5 of set.digests) {
    const pathOf = set.isLegacy(md5) ? legacyRemotePath : remotePath
    if (!md5.endsWith('.dir')) {
      files.set(pathOf(md5), md5)
      continue
    }
    const manifest = cache.manifest(md5) ?? []
    const inner = manifest.filter((file) => set.wants(md5, file.path)).map((file) => file.md5)
    for (const file of inner) files.set(pathOf(file), file)
    // a manifest says that all of the folder is there: it waits for the rest
    if (inner.length === manifest.length) folders.set(pathOf(md5), { md5, inner })
  }
  const total = files.size + folders.size
  const there = await presentOn(remote, [...files.keys(), ...folders.keys()], options.jobs)
  let [done, sent, bytes] = [0, 0, 0]
  const onBytes = (count: number): void => {
    bytes += count
    options.onProgress?.(done, total, bytes)
  }
  const send = async ([path, md5]: readonly [string, string]): Promise<void> => {
    if (!there.has(path)) {
      if (!existsSync(cache.path(md5))) lost.add(md5)
      else if (!(await cache.verify(md5))) damaged.add(md5)
      else {
        await putShared(remote, path, cache.path(md5), onBytes)
        sent += 1
      }
    }
    done += 1
    options.onProgress?.(done, total, bytes)
  }
  await inParallel([...files], options.jobs, send)
  const whole = [...folders].flatMap(([path, { md5, inner }]) =>
    inner.every((file) => !damaged.has(file) && !lost.has(file)) ? [[path, md5] as const] : [],
  )
  await inParallel(whole, options.jobs, send)
  return sent
}

/** Of two who send one object the second may find what it was sending taken away, and the object there. */
async function putShared(
  remote: Remote,
  path: string,
  file: string,
  onBytes: OnBytes,
): Promise<void> {
  try {
    await remote.put(path, file, onBytes)
  } catch (error) {
    const isGone = error instanceof TidemillError && error.code === 'remote_object_missing'
    if (!isGone || !(await remote.stat(path))) throw error
  }
}

function refuse({ damaged, lost }: Bad): void {
  if (damaged.size > 0) {
    const digest = [...damaged].map((md5) => `md5:${md5}`).join(', ')
    throw new TidemillError('object_corrupt', { digest })
  }
  if (lost.size > 0) {
    const kind = 'object, neither in the cache nor on the remote, called'
    throw new TidemillError('not_found', { kind, name: [...lost].join(', ') })
  }
}
