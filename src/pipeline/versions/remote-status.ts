import type { Entry, Pipeline } from '../model.ts'
import { defaultJobs } from '../remotes/in-parallel.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { presentOn } from '../remotes/presence.ts'
import { placeOf } from '../remotes/remote.ts'
import { remoteSettings } from '../remotes/settings.ts'
import { openRepository, type Repository } from '../repository.ts'
import type { RecordedOutput } from './recorded-outputs.ts'
import { allRecorded, isSent, type TransferOptions } from './transfer-set.ts'

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
  const sent = allRecorded(pipeline, options).filter(isSent)
  const found: RemoteStatus[] = []
  for (const name of new Set(sent.map(({ out }) => out.remote ?? options.remote))) {
    const own = sent.filter(({ out }) => (out.remote ?? options.remote) === name)
    const there = await held(repository, name, own, options)
    for (const { out, entry } of own) {
      const here = repository.cache.has(entry.md5 ?? '')
      const isThere = placesOf(repository, entry).every((place) => there.has(place))
      const state = isThere ? (here ? undefined : 'deleted') : here ? 'new' : 'missing'
      if (state) found.push({ path: out.target, state })
    }
  }
  return found
}

/** Which of the objects of outputs a remote has, by their places there. */
async function held(
  repository: Repository,
  name: string | undefined,
  outputs: readonly RecordedOutput[],
  { jobs }: TransferOptions,
): Promise<ReadonlySet<string>> {
  const remote = openRemote(repository, name)
  try {
    const asked = new Set(outputs.flatMap(({ entry }) => placesOf(repository, entry)))
    const most = jobs ?? defaultJobs(remoteSettings(repository, name).options)
    return await presentOn(remote, [...asked], most)
  } finally {
    await remote.close()
  }
}

/** Where an entry belongs on a remote, and of a folder whose manifest is here all files. */
function placesOf({ cache }: Repository, entry: Entry): readonly string[] {
  const { md5 = '' } = entry
  const files = md5.endsWith('.dir') ? (cache.manifest(md5) ?? []) : []
  return [md5, ...files.map((file) => file.md5)].map((each) => placeOf(entry, each))
}
