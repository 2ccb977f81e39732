import { join } from 'node:path'
import { targetOf } from '../definition/read-stage.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { git } from '../git.ts'
import { gitRevision } from '../pipeline-source.ts'
import type { Repository } from '../repository.ts'
import { compareText } from '../values/python-text.ts'
import { recordedOutputs } from './recorded-outputs.ts'

/** Digests of data by path: a folder under `name/`, with `granular` its files under theirs. */
export type TrackedData = ReadonlyMap<string, string>

/** What is recorded of the cached outputs: now, or at a revision. */
export function recordedData(
  pipeline: Pipeline,
  repository: Repository,
  options: { readonly revision?: string; readonly granular?: boolean } = {},
): TrackedData {
  const { revision, granular } = options
  const source = revision === undefined ? undefined : gitRevision(pipeline.root, revision)
  const then = source ? loadPipeline(join(pipeline.root, pipeline.folder), { source }) : pipeline
  const { outputs } = recordedOutputs(then, openLocks(pipeline.root, source?.read))
  const found = new Map<string, string>()
  for (const { out, entry } of outputs) {
    if (!out.cache || entry.md5 === undefined) continue
    put(found, out.target, entry.md5)
    if (!granular || !entry.md5.endsWith('.dir')) continue
    for (const file of repository.cache.manifest(entry.md5) ?? [])
      found.set(`${out.target}/${file.path}`, file.md5)
  }
  return found
}

/** What lies at the cached outputs now. */
export async function presentData(
  pipeline: Pipeline,
  repository: Repository,
  granular: boolean,
): Promise<TrackedData> {
  const found = new Map<string, string>()
  for (const node of [...pipeline.stages, ...pipeline.data]) {
    for (const out of node.outs) {
      if (!out.cache) continue
      const content = await repository.files.content(out.target)
      if (!content) continue
      put(found, out.target, content.md5)
      for (const file of granular ? (content.manifest?.files ?? []) : [])
        found.set(`${out.target}/${file.path}`, file.md5)
    }
  }
  return found
}

/** Leaves of the data what targets name, all of it without any. */
export function chosenData(
  pipeline: Pipeline,
  targets: readonly string[] | undefined,
): (data: TrackedData) => TrackedData {
  if (!targets?.length) return (data) => data
  const wanted = targets.map((target) => targetOf(target, pipeline.folder, pipeline.root))
  return (data) =>
    new Map(
      [...data].filter(([path]) =>
        wanted.some((each) => path === each || join(path, '/').startsWith(`${each}/`)),
      ),
    )
}

function put(into: Map<string, string>, target: string, md5: string): void {
  into.set(md5.endsWith('.dir') ? `${target}/` : target, md5)
}

export function hasCommits(root: string): boolean {
  return git(root, ['rev-parse', '--verify', '--quiet', 'HEAD']) !== undefined
}

export interface DataChange {
  readonly path: string
  /** Where it was, when it was elsewhere. */
  readonly from?: string
  readonly old?: string
  readonly new?: string
}

export interface DataChanges {
  readonly added: readonly DataChange[]
  readonly deleted: readonly DataChange[]
  readonly modified: readonly DataChange[]
  readonly renamed: readonly DataChange[]
  readonly unchanged: readonly DataChange[]
}

/** What differs between two states of the data; equal content that left one path for another was renamed. */
export function compareData(before: TrackedData, after: TrackedData): DataChanges {
  const added: DataChange[] = []
  const modified: DataChange[] = []
  const unchanged: DataChange[] = []
  for (const [path, now] of after) {
    const old = before.get(path)
    if (old === undefined) added.push({ path, new: now })
    else if (old === now) unchanged.push({ path, old, new: now })
    else modified.push({ path, old, new: now })
  }
  const deleted = [...before].flatMap(([path, old]): DataChange[] =>
    after.has(path) ? [] : [{ path, old }],
  )
  const renamed: DataChange[] = []
  for (const gone of [...deleted].sort(byPath)) {
    const index = added.findIndex((each) => each.new === gone.old)
    const come = added[index]
    if (!come) continue
    renamed.push({ ...come, from: gone.path, ...(gone.old === undefined ? {} : { old: gone.old }) })
    added.splice(index, 1)
    deleted.splice(deleted.indexOf(gone), 1)
  }
  return {
    added: added.sort(byPath),
    deleted: deleted.sort(byPath),
    modified: modified.sort(byPath),
    renamed: renamed.sort(byPath),
    unchanged: unchanged.sort(byPath),
  }
}

function byPath(a: DataChange, b: DataChange): number {
  return compareText(a.path, b.path)
}
