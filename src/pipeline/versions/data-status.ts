import type { Pipeline } from '../model.ts'
import { git } from '../git.ts'
import { openRepository } from '../repository.ts'
import { defaultJobs } from '../remotes/in-parallel.ts'
import { openRemote } from '../remotes/open-remote.ts'
import { presentOn } from '../remotes/presence.ts'
import { remotePath } from '../remotes/remote.ts'
import { remoteSettings } from '../remotes/settings.ts'
import {
  chosenData,
  compareData,
  hasCommits,
  presentData,
  recordedData,
  type DataChanges,
} from './tracked-data.ts'

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
  const notInRemote: string[] = []
  if (options.notInRemote) {
    const remote = openRemote(repository, options.remote)
    const jobs = defaultJobs(remoteSettings(repository, options.remote).options)
    try {
      const there = await presentOn(remote, [...recorded.values()].map(remotePath), jobs)
      for (const [path, md5] of recorded) if (!there.has(remotePath(md5))) notInRemote.push(path)
    } finally {
      await remote.close()
    }
  }
  const untracked = options.untracked
    ? (git(pipeline.root, ['ls-files', '-z', '--others', '--exclude-standard']) ?? '').split('\0')
    : []
  return {
    committed,
    uncommitted,
    unchanged: uncommitted.unchanged.map(({ path }) => path).filter((path) => same.has(path)),
    notInCache: [...recorded].flatMap(([path, md5]) => (repository.cache.has(md5) ? [] : [path])),
    notInRemote,
    untracked: untracked.filter((path) => path !== ''),
  }
}
