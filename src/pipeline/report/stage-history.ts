import { relative } from 'node:path'
import { readLock } from '../definition/lock-file.ts'
import { git } from '../git.ts'
import { lockOf } from '../lock-store.ts'
import type { Entry, LockedStage, Stage } from '../model.ts'
import { valuesIdentical } from '../values/value.ts'

/** A commit that records another run of a stage than the one before it. */
export interface StageRecord {
  readonly commit: string
  readonly time: number
  readonly author: string
  readonly subject: string
  /** `command`, dependencies and outputs by path, parameters as `file:key`; for the first record `first run`. */
  readonly changed: readonly string[]
}

/** Commits of a dvc.lock that are looked at, at most. */
const mostCommits = 200

/** The runs of a stage that HEAD's history records, newest first. */
export function stageHistory(
  root: string,
  stage: Pick<Stage, 'file' | 'name'>,
  most = 20,
): readonly StageRecord[] {
  const file = relative('.', lockOf(stage.file))
  const listing = git(root, [
    'log',
    `--max-count=${mostCommits}`,
    '--format=%H%x00%ct%x00%an%x00%s',
    '--',
    file,
  ])
  const commits = (listing ?? '').split('\n').flatMap((line) => {
    const [commit, time, author = '', subject = ''] = line.split('\0')
    return commit && time ? [{ commit, time: Number(time) * 1000, author, subject }] : []
  })
  const found: StageRecord[] = []
  let [now, ...older] = commits
  let locked = now && lockedAt(root, now.commit, file, stage.name)
  while (now && found.length < most) {
    const [before] = older
    const earlier = before && lockedAt(root, before.commit, file, stage.name)
    const changed = changesBetween(earlier, locked)
    if (locked && changed.length > 0) found.push({ ...now, changed })
    ;[now, ...older] = older
    locked = earlier
  }
  return found
}

function lockedAt(
  root: string,
  commit: string,
  file: string,
  name: string,
): LockedStage | undefined {
  const text = git(root, ['show', `${commit}:./${file}`])
  try {
    return text === undefined ? undefined : readLock(text, file).stages.get(name)
  } catch {
    // a commit with conflict marks in it tells nothing
    return undefined
  }
}

function changesBetween(
  before: LockedStage | undefined,
  after: LockedStage | undefined,
): readonly string[] {
  if (!after) return []
  if (!before) return ['first run']
  const params = [...after.params].flatMap(([file, values]) =>
    [...values].flatMap(([key, value]) => {
      const old = before.params.get(file)?.get(key)
      return old !== undefined && valuesIdentical(old, value) ? [] : [`${file}:${key}`]
    }),
  )
  return [
    ...(valuesIdentical(before.cmd, after.cmd) ? [] : ['command']),
    ...entryChanges(before.deps, after.deps),
    ...params,
    ...entryChanges(before.outs, after.outs),
  ]
}

function entryChanges(before: readonly Entry[], after: readonly Entry[]): readonly string[] {
  const old = new Map(before.map((entry) => [entry.path, entry.md5]))
  return after.flatMap(({ path, md5 }) => (old.get(path) === md5 ? [] : [path]))
}
