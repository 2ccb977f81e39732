import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { frozenDataText } from '../definition/dot-dvc.ts'
import { setFrozenText } from '../definition/set-frozen.ts'
import { buildGraph, isStage } from '../graph.ts'
import { replaceFile } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository, readText } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { findTargets } from '../targets.ts'

/**
 * Freezes stages, so that they are left alone when their dependencies change, and imported data, or lets them go. Only that line of
 * dvc.yaml changes. Errors: `not_found`, `conflict` for a stage written in one line.
 */
export async function setFrozen(
  pipeline: Pipeline,
  targets: readonly string[],
  frozen: boolean,
): Promise<void> {
  const repository = openRepository(pipeline.root)
  const nodes = findTargets(pipeline, buildGraph(pipeline), targets)
  const stages = nodes.filter(isStage)
  await withRepositoryLock(repository, async () => {
    for (const data of nodes) {
      if (isStage(data) || data.frozen === frozen) continue
      const file = join(pipeline.root, data.file)
      replaceFile(file, frozenDataText(readText(file) ?? '', data.file, frozen))
    }
    for (const stage of new Map(
      stages.map((one) => [`${one.file}\n${one.group ?? one.name}`, one]),
    ).values()) {
      if (stage.frozen === frozen) continue
      const file = join(pipeline.root, stage.file)
      const text = setFrozenText(readText(file) ?? '', stage.group ?? stage.name, frozen)
      if (text === undefined) {
        throw new TidemillError('conflict', {
          problem: `${stage.file}: the stage ${stage.name} is written in one line; set frozen there by hand.`,
        })
      }
      replaceFile(file, text)
    }
  })
}
