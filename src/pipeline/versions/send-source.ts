import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { TidemillError } from '#contract/error'
import { entryOf } from '../changes.ts'
import { makeManifest, type TreeFile } from '../files/manifest.ts'
import type { Entry } from '../model.ts'
import { defaultJobs, inParallel } from '../remotes/in-parallel.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { remotePath, type Remote } from '../remotes/remote.ts'
import { remoteSettings } from '../remotes/settings.ts'
import type { Repository } from '../repository.ts'
import type { ValueMap } from '../values/value.ts'
import { dependencyOf, isExternal, openSource } from './external-source.ts'

export interface SentSource {
  readonly entry: Entry
  /** What is noted of a source outside this machine. */
  readonly dependency?: ValueMap
}

/**
 * Sends a file or folder straight to a remote: nothing of it is kept in the cache or the work tree, and of one that is elsewhere no
 * more than the files on their way lie here. Errors: `not_found`, those of remotes.
 */
export async function sendSource(
  repository: Repository,
  from: string,
  remoteName: string | undefined,
  settings?: ReadonlyMap<string, string>,
): Promise<SentSource> {
  const remote = openRemote(repository, remoteName)
  const jobs = defaultJobs(remoteSettings(repository, remoteName).options)
  try {
    return isExternal(from)
      ? await sendExternal(repository, remote, from, jobs, settings)
      : { entry: await sendFiles(repository, remote, from, jobs) }
  } finally {
    await remote.close()
  }
}

async function sendFiles(
  repository: Repository,
  remote: Remote,
  from: string,
  jobs: number,
): Promise<Entry> {
  const content = await repository.files.content(from)
  if (!content) throw new TidemillError('not_found', { kind: 'file or folder', name: from })
  const files = content.manifest?.files ?? [{ path: '', md5: content.md5 }]
  const unique = new Map(files.map(({ path, md5 }) => [md5, path]))
  await inParallel([...unique], jobs, ([md5, path]) =>
    sendOnce(remote, md5, path === '' ? from : join(from, path)),
  )
  if (content.manifest) await sendText(repository, remote, content.md5, content.manifest.text)
  return entryOf('', content)
}

async function sendExternal(
  repository: Repository,
  remote: Remote,
  url: string,
  jobs: number,
  settings?: ReadonlyMap<string, string>,
): Promise<SentSource> {
  const { remote: source, path, scheme } = openSource(repository, url, settings)
  const pass = async (each: string): Promise<{ md5: string; size: number }> => {
    const file = join(repository.own, 'imports', randomUUID())
    try {
      const md5 = await source.get(each, file)
      await sendOnce(remote, md5, file)
      return { md5, size: statSync(file).size }
    } finally {
      rmSync(file, { force: true })
    }
  }
  try {
    const found = await source.stat(path)
    if (found !== undefined) {
      const entry: Entry = { path: '', hash: 'md5', ...(await pass(path)) }
      return { entry, dependency: dependencyOf(url, scheme, entry, found.etag) }
    }
    const paths = scheme.startsWith('http') ? [] : await Array.fromAsync(source.list(path))
    if (paths.length === 0)
      throw new TidemillError('not_found', { kind: 'file or folder at', name: url })
    const files: TreeFile[] = []
    let size = 0
    await inParallel(paths, jobs, async (each) => {
      const sent = await pass(each)
      size += sent.size
      files.push({ path: posix.relative(path, each), md5: sent.md5 })
    })
    const manifest = makeManifest(files)
    await sendText(repository, remote, manifest.md5, manifest.text)
    return { entry: { path: '', hash: 'md5', md5: manifest.md5, size, nfiles: files.length } }
  } finally {
    await source.close()
  }
}

async function sendOnce(remote: Remote, md5: string, file: string): Promise<void> {
  if (!(await remote.stat(remotePath(md5)))) await remote.put(remotePath(md5), file)
}

/** A manifest goes last: who finds it there may believe it. */
async function sendText(
  repository: Repository,
  remote: Remote,
  md5: string,
  text: string,
): Promise<void> {
  const file = join(repository.own, 'imports', randomUUID())
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  try {
    await sendOnce(remote, md5, file)
  } finally {
    rmSync(file, { force: true })
  }
}
