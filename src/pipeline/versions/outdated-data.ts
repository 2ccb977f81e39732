import { dirname, join } from 'node:path/posix'
import { TidemillError } from '#contract/error'
import { gitRoot } from '../files/git-ignore.ts'
import { isStage, type Node } from '../graph.ts'
import type { Reason } from '../reason.ts'
import type { Repository } from '../repository.ts'
import type { Suspect } from './older-record.ts'

/** A stage or data file with why it is not up to date. */
export interface Looked {
  readonly node: Node
  readonly reasons: readonly Reason[]
  /** Whether nothing makes its outputs anew before they are read. */
  readonly asItLies?: boolean
}

/**
 * Says of data that did not follow Git to HEAD which commit it is still of: it lies there as another commit recorded it, since before
 * the record came that HEAD has of it. What a stage makes anew is passed over. Git is asked once, for all that differs.
 */
export async function withOutdated<T extends Looked>(
  repository: Repository,
  looked: readonly T[],
): Promise<readonly T[]> {
  const suspects = looked.flatMap(suspectsOf)
  if (suspects.length === 0 || gitRoot(repository.root) === undefined) return looked
  const outdated = await (await import('./older-record.ts')).outdatedBy(repository, suspects)
  const marked = (reason: Reason): Reason => {
    const by = reason.kind === 'out' ? outdated.get(reason.path) : undefined
    return by ? { ...reason, outdated: by } : reason
  }
  return looked.map((each) => ({ ...each, reasons: each.reasons.map(marked) }))
}

/** Refuses to take data that did not follow Git to HEAD for an edit of the user's. Errors: `data_outdated`. */
export async function refuseOutdated(
  repository: Repository,
  looked: readonly Looked[],
): Promise<void> {
  const marked = await withOutdated(repository, looked)
  const found = marked.flatMap(({ node, reasons }) =>
    reasons.flatMap(({ path, old, outdated }) =>
      outdated ? [{ node, path, old: String(old), ...outdated }] : [],
    ),
  )
  if (found.length === 0) return
  const isHere = found.every(({ old }) => repository.cache.has(old))
  const names = [...new Set(found.map(({ node }) => node.address))]
  throw new TidemillError('data_outdated', {
    data: listed(
      found.map(({ path, commit, file }) => `${path} is still of commit ${commit}, ${file} is not`),
      '; ',
    ),
    bring: `tidemill ${isHere ? 'checkout' : 'pull'}`,
    keep: `tidemill commit ${listed(names, ' ')}`,
  })
}

const mostNamed = 5

function listed(names: readonly string[], between: string): string {
  const more = names.length - mostNamed
  return [...names.slice(0, mostNamed), ...(more > 0 ? [`… (${more} more)`] : [])].join(between)
}

/** Outputs that differ from their record and that a run would record as they lie. */
function suspectsOf({ node, reasons, asItLies }: Looked): readonly Suspect[] {
  const file = isStage(node) ? join(dirname(node.file), 'dvc.lock') : node.file
  return reasons.flatMap(({ kind, path, old, new: now }) =>
    kind === 'out' && typeof old === 'string' && now !== null && isTaken(node, path, asItLies)
      ? [{ target: path, file, recorded: old }]
      : [],
  )
}

/** Whether an output is taken as it lies; what Git keeps comes with the commit. */
function isTaken(node: Node, target: string, asItLies = false): boolean {
  const out = node.outs.find((each) => each.target === target)
  if (!out?.cache) return false
  return asItLies || !isStage(node) || node.frozen || out.persist
}
