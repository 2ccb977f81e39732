import { openLocks } from '../lock-store.ts'
import { loadPipeline } from '../load-pipeline.ts'
import type { LockedStage, Pipeline } from '../model.ts'
import { gitRevision } from '../pipeline-source.ts'
import { findRoot } from '../repository.ts'
import { plan, type StagePlan } from '../run/plan.ts'
import { writeLockedStage } from '../definition/lock-file.ts'
import { valuesIdentical } from '../values/value.ts'
import { lastDone, type StageAttempt } from './stage-attempts.ts'

/** A stage as it is recorded now, against a revision. */
export interface StageAgainst {
  readonly stage: string
  readonly state: 'same' | 'changed' | 'new' | 'removed' | 'not run'
  /** Whether it would run now. */
  readonly due: boolean
  /** Of the newest run here that came to its end; without one, what is recorded came from a cache. */
  readonly last?: StageAttempt
}

/** Which stages were run anew since a revision, what their runs took, and which are not up to date. */
export async function stagesAgainst(
  folder: string,
  revision: string,
): Promise<readonly StageAgainst[]> {
  const root = findRoot(folder)
  const source = gitRevision(root, revision)
  const now = loadPipeline(root)
  const then = loadPipeline(root, { source })
  const [locks, oldLocks] = [openLocks(root), openLocks(root, source.read)]
  const before = new Map(then.stages.map((stage) => [stage.address, oldLocks.get(stage)]))
  const due = dueStages(now, await plan(now, { all: true }))
  const present = new Set(now.stages.map((stage) => stage.address))
  return [
    ...now.stages.map((stage): StageAgainst => {
      const [old, locked] = [before.get(stage.address), locks.get(stage)]
      const changed = locked && !(old && sameRun(old, locked))
      const last = changed ? lastDone(root, stage.address) : undefined
      return {
        stage: stage.address,
        state: !locked ? 'not run' : !old ? 'new' : changed ? 'changed' : 'same',
        due: due.has(stage.address),
        ...(last === undefined ? {} : { last }),
      }
    }),
    ...[...before.keys()]
      .filter((address) => !present.has(address))
      .map((stage): StageAgainst => ({ stage, state: 'removed', due: false })),
  ]
}

/** What is not as it should be. A stage that always runs is, and so is what would be made anew by nothing but such stages. */
function dueStages({ stages, data }: Pipeline, plans: readonly StagePlan[]): ReadonlySet<string> {
  const outs = new Map([...stages, ...data].map((node) => [node.address, node.outs]))
  const due = new Set<string>()
  const stale = new Set<string>()
  for (const { stage, reasons } of plans) {
    const isDue = reasons.some(({ kind, path }) =>
      kind === 'upstream' ? stale.has(path) : kind !== 'always',
    )
    if (!isDue) continue
    due.add(stage)
    for (const out of outs.get(stage) ?? []) stale.add(out.target)
  }
  return due
}

function sameRun(a: LockedStage, b: LockedStage): boolean {
  return valuesIdentical(writeLockedStage(a), writeLockedStage(b))
}
