import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { git } from '../git.ts'
import { openRepository, type Repository } from '../repository.ts'
import { defaultJobs } from '../remotes/in-parallel.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { presentOn } from '../remotes/presence.ts'
import { placeOf } from '../remotes/remote.ts'
import { remoteSettings } from '../remotes/settings.ts'
import { compareText } from '../values/python-text.ts'
import { recordedOutputs, type RecordedOutput } from './recorded-outputs.ts'
import {
  chosenData,
  compareData,
  hasCommits,
  presentData,
  recordedData,
  type DataChanges,
  type TrackedData,
} from './tracked-data.ts'
import { isSent } from './transfer-set.ts'

export interface DataStatusOptions {
  readonly targets?: readonly string[]
  /** Files inside folders, too. */
  readonly granular?: boolean
  /** Files that neither Git nor a `.dvc` file knows. */
  readonly untracked?: boolean
  /** Looks at the remote, this one or the default. */
  readonly notInRemote?: boolean
  readonly remote?: string
}

export interface DataStatus {
  /** Between the last commit and what is recorded. */
  readonly committed: DataChanges
  /** Between what is recorded and what lies there. */
  readonly uncommitted: DataChanges
  readonly unchanged: readonly string[]
  readonly notInCache: readonly string[]
  readonly notInRemote: readonly string[]
  readonly untracked: readonly string[]
}

/** How data differs between the last commit, what is recorded, and what lies in the work tree. */
export async function dataStatus(
  pipeline: Pipeline,
  options: DataStatusOptions = {},
): Promise<DataStatus> {
  const repository = openRepository(pipeline.root)
  const granular = options.granular ?? false
  const only = chosenData(pipeline, options.targets)
  const head = hasCommits(pipeline.root)
    ? only(recordedData(pipeline, repository, { revision: 'HEAD', granular }))
    : new Map<string, string>()
  const recorded = only(recordedData(pipeline, repository, { granular }))
  const present = only(await presentData(pipeline, repository, granular))
  repository.state.save()
  const committed = compareData(head, recorded)
  const uncommitted = compareData(recorded, present)
  const same = new Set(committed.unchanged.map(({ path }) => path))
  const untracked = options.untracked
    ? (git(pipeline.root, ['ls-files', '-z', '--others', '--exclude-standard']) ?? '').split('\0')
    : []
  return {
    committed,
    uncommitted,
    unchanged: uncommitted.unchanged.map(({ path }) => path).filter((path) => same.has(path)),
    notInCache: [...recorded].flatMap(([path, md5]) => (repository.cache.has(md5) ? [] : [path])),
    notInRemote: options.notInRemote ? await missingThere(pipeline, repository, only, options) : [],
    untracked: untracked.filter((path) => path !== ''),
  }
}

/** The recorded data that goes to a remote and is not there. */
async function missingThere(
  pipeline: Pipeline,
  repository: Repository,
  only: (data: TrackedData) => TrackedData,
  { remote: name, granular }: DataStatusOptions,
): Promise<readonly string[]> {
  const sent = recordedOutputs(pipeline, openLocks(pipeline.root)).outputs.filter(isSent)
  const missing: string[] = []
  for (const remoteName of new Set(sent.map(({ out }) => out.remote ?? name))) {
    const own = sent.filter(({ out }) => (out.remote ?? name) === remoteName)
    const places = only(placesBy(repository, own, granular ?? false))
    const remote = openRemote(repository, remoteName)
    const jobs = defaultJobs(remoteSettings(repository, remoteName).options)
    try {
      const there = await presentOn(remote, [...places.values()], jobs)
      for (const [path, place] of places) if (!there.has(place)) missing.push(path)
    } finally {
      await remote.close()
    }
  }
  return missing.sort(compareText)
}

/** Where data belongs on a remote by its path, with `granular` that of files in folders too. */
function placesBy(
  { cache }: Repository,
  outputs: readonly RecordedOutput[],
  granular: boolean,
): TrackedData {
  return new Map(
    outputs.flatMap(({ out: { target }, entry }) => {
      const { md5 = '' } = entry
      const isFolder = md5.endsWith('.dir')
      const files = isFolder && granular ? (cache.manifest(md5) ?? []) : []
      return [
        [isFolder ? `${target}/` : target, placeOf(entry, md5)] as const,
        ...files.map((file) => [`${target}/${file.path}`, placeOf(entry, file.md5)] as const),
      ]
    }),
  )
}
