import { isStage } from '../graph.ts'
import type { Pipeline } from '../model.ts'
import { defaultJobs } from '../remotes/in-parallel.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { presentOn } from '../remotes/presence.ts'
import { remotePath } from '../remotes/remote.ts'
import { remoteSettings } from '../remotes/settings.ts'
import { openRepository, type Repository } from '../repository.ts'
import type { RecordedOutput } from './recorded-outputs.ts'
import { allRecorded, type TransferOptions } from './transfer-set.ts'

export interface RemoteStatus {
  readonly path: string
  /** `new` is here alone, `deleted` is there alone, `missing` is nowhere. */
  readonly state: 'new' | 'deleted' | 'missing'
}

/** Which outputs the cache and a remote do not both have. */
export async function remoteStatus(
  pipeline: Pipeline,
  options: TransferOptions = {},
): Promise<readonly RemoteStatus[]> {
  const repository = openRepository(pipeline.root)
  const outputs = allRecorded(pipeline, options)
  const cached = outputs.filter(({ node, out }) => out.cache && (isStage(node) || !node.imported))
  const found: RemoteStatus[] = []
  const names = new Set(cached.map(({ out }) => out.remote ?? options.remote))
  for (const name of names) {
    const own = cached.filter(({ out }) => (out.remote ?? options.remote) === name)
    const there = await held(repository, name, own, options)
    for (const { out, entry } of own) {
      const here = repository.cache.has(entry.md5 ?? '')
      const state = there(entry.md5 ?? '')
        ? here
          ? undefined
          : 'deleted'
        : here
          ? 'new'
          : 'missing'
      if (state) found.push({ path: out.target, state })
    }
  }
  return found
}

/** Whether a remote has an object, and of a folder whose manifest is here all files. */
async function held(
  repository: Repository,
  name: string | undefined,
  outputs: readonly RecordedOutput[],
  { jobs }: TransferOptions,
): Promise<(md5: string) => boolean> {
  const partsOf = (md5: string): readonly string[] => [
    md5,
    ...(md5.endsWith('.dir') ? (repository.cache.manifest(md5) ?? []) : []).map((file) => file.md5),
  ]
  const remote = openRemote(repository, name)
  try {
    const asked = new Set(outputs.flatMap(({ entry }) => partsOf(entry.md5 ?? '')))
    const there = await presentOn(
      remote,
      [...asked].map(remotePath),
      jobs ?? defaultJobs(remoteSettings(repository, name).options),
    )
    return (md5) => partsOf(md5).every((part) => there.has(remotePath(part)))
  } finally {
    await remote.close()
  }
}
