import { TidemillError } from '#contract/error'
import { findRoot } from '../repository.ts'
import { experimentBaselines, type Baseline } from './baselines.ts'
import { experiments } from './experiment-refs.ts'
import { experimentTable, type ExperimentRow } from './experiment-table.ts'
import { queueStanding, type QueueStanding } from './queue/queue-state.ts'

export interface ExperimentChoice {
  /** A commit that experiments are on; HEAD unless given. */
  readonly on?: string
  /** Those on every commit. */
  readonly all?: boolean
  /** These alone, by their commits, on whichever they are. */
  readonly only?: readonly string[]
}

/** What a page of experiments shows. */
export interface ExperimentsRead {
  readonly rows: readonly ExperimentRow[]
  readonly baselines: readonly Baseline[]
  readonly queue: QueueStanding
}

/** The experiments of a commit or of all, with the commits that can be chosen. Errors: `not_found` for a commit without any. */
export function readExperiments(
  folder: string,
  { on, all, only }: ExperimentChoice,
): ExperimentsRead {
  const root = findRoot(folder)
  const baselines = experimentBaselines(root)
  const known = baselines.find((each) => each.rev === on)
  if (on !== undefined && known === undefined)
    throw new TidemillError('not_found', { kind: 'commit with experiments', name: on })
  const wanted = all ? baselines.map((each) => each.rev) : known && [known.rev]
  const rows = only
    ? experimentTable(folder, baselinesOf(root, only), { only })
    : experimentTable(folder, wanted)
  return { rows, baselines, queue: queueStanding(root) }
}

function baselinesOf(root: string, revs: readonly string[]): readonly string[] {
  const known = new Set(revs)
  return [
    ...new Set(
      experiments(root).flatMap(({ rev, baseline }) => (known.has(rev) ? [baseline] : [])),
    ),
  ]
}
