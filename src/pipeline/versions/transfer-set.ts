import { isStage } from '../graph.ts'
import type { Entry, Output, OutputKind, Pipeline } from '../model.ts'
import type { Repository } from '../repository.ts'
import { isAskedFor, type RecordedOutput, type Selection } from './recorded-outputs.ts'
import { recordedEver } from './recorded-then.ts'
import type { RevisionScope } from './revisions.ts'

export interface TransferOptions extends Selection {
  readonly remote?: string
  /** The record of runs too: `push` with all that they made, `fetch` with what stages could have in place of running now. */
  readonly runCache?: boolean
  readonly jobs?: number
  /** What these commits record too. */
  readonly also?: RevisionScope
  /** Only outputs of at most so many bytes. */
  readonly maxSize?: number
  /** Only outputs of this kind. */
  readonly kind?: Exclude<OutputKind, 'out'>
  /** How many objects are done of how many, and how many bytes went over. */
  readonly onProgress?: (done: number, total: number, bytes: number) => void
}

export interface FetchOptions extends TransferOptions {
  /** Replace what was edited through a link into the cache, and with `pull` what is kept nowhere else; the edit is set aside. */
  readonly force?: boolean
  /** With the record of runs, the environment that stages would run in; this process's unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

export interface TransferResult {
  /** Objects copied. */
  readonly objects: number
  /** Runs copied. */
  readonly runs: number
}

/** What of the recorded outputs goes to or comes from one remote. */
export interface TransferSet {
  /** Digests of files and of folders. */
  readonly digests: ReadonlySet<string>
  /** Whether a file of a folder is wanted; by the folder's digest. */
  wants(folder: string, path: string): boolean
  /** Whether DVC 2 recorded it: its name is another hash, and it lies elsewhere. A folder's files are as the folder. */
  isLegacy(md5: string): boolean
}

/** The recorded, cached outputs by the remote they belong to; `undefined` is the one that was asked for, or the default. */
export function transferSets(
  pipeline: Pipeline,
  repository: Repository,
  options: TransferOptions,
  pushing: boolean,
): ReadonlyMap<string | undefined, TransferSet> {
  const groups = new Map<string | undefined, Map<string, RecordedOutput[]>>()
  const { now, then } = recordedEver(pipeline, options, options.also ?? {})
  // what an old commit recorded may be gone for good; what is here is what can be sent
  const old = pushing ? then.filter(({ entry }) => repository.cache.has(entry.md5 ?? '')) : then
  for (const recorded of [...now, ...old]) {
    const { out, entry } = recorded
    if (!out.cache || entry.md5 === undefined) continue
    if (pushing && !isSent(recorded)) continue
    if (!isWithin(out, entry, options)) continue
    groupOf(out.remote ?? options.remote, entry.md5).push(recorded)
  }
  if (options.runCache && pushing) {
    // a run whose objects are elsewhere could not be put back, by DVC neither, nor can one without its metrics
    for (const { md5 } of repository.runs.all().flatMap((run) => run.outs))
      if (md5 !== undefined && repository.cache.has(md5)) groupOf(options.remote, md5)
  }
  return new Map([...groups].map(([name, outputs]) => [name, setOf(outputs)]))

  function groupOf(name: string | undefined, md5: string): RecordedOutput[] {
    const group = groups.get(name) ?? new Map<string, RecordedOutput[]>()
    groups.set(name, group)
    const outputs = group.get(md5) ?? []
    group.set(md5, outputs)
    return outputs
  }
}

/** Whether an output goes to a remote. As DVC: what another repository has is fetched from there, and not sent to ours. */
export function isSent({ node, out, entry }: RecordedOutput): boolean {
  return out.cache && out.push && entry.md5 !== undefined && (isStage(node) || !node.imported)
}

/** Whether an output is of the kind and the size that are asked for. */
export function isWithin(
  { kind }: Pick<Output, 'kind'>,
  { size = 0 }: Entry,
  options: Pick<TransferOptions, 'kind' | 'maxSize'>,
): boolean {
  if (options.kind !== undefined && kind !== options.kind) return false
  return options.maxSize === undefined || size <= options.maxSize
}

/** These objects, whatever records them. */
export function looseObjects(digests: readonly string[]): TransferSet {
  return setOf(new Map(digests.map((md5) => [md5, []])))
}

/** What is recorded now, and what the commits that are asked for record, each content of a path once. */
export function allRecorded(
  pipeline: Pipeline,
  options: TransferOptions,
): readonly RecordedOutput[] {
  const found = new Map<string, RecordedOutput>()
  const { now, then } = recordedEver(pipeline, options, options.also ?? {})
  for (const each of [...then, ...now]) found.set(`${each.entry.md5} ${each.out.target}`, each)
  return [...found.values()]
}

function setOf(outputs: ReadonlyMap<string, readonly RecordedOutput[]>): TransferSet {
  return {
    digests: new Set(outputs.keys()),
    wants(folder, path) {
      const recorded = outputs.get(folder) ?? []
      return recorded.length === 0 || recorded.some((each) => isAskedFor(each, path))
    },
    isLegacy(md5) {
      const recorded = outputs.get(md5) ?? []
      return recorded.length > 0 && recorded.every(({ entry }) => entry.hash === undefined)
    },
  }
}
