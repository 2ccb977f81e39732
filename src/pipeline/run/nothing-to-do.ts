import { inspector } from '../changes.ts'
import { withoutMissing } from './without-missing.ts'
import { buildGraph, isStage, type Node } from '../graph.ts'
import { openLocks, type LockStore } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import type { Repository } from '../repository.ts'
import { leftRunning, noteSettled } from '../settled.ts'
import { scopeOf, type ScopeOptions } from './plan.ts'
import { stageSettings } from './stage-settings.ts'

/**
 * The steps of a run when every one of them is up to date: then there is nothing to lock the repository for, which costs 15 ms.
 * `undefined` as soon as one is not, and when a killed run left something to end; what was looked at is forgotten then, as others
 * may change it until the lock is held.
 */
export async function nothingToDo(
  pipeline: Pipeline,
  repository: Repository,
  options: ScopeOptions & { readonly allowMissing?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Node[] | undefined> {
  if (leftRunning(repository.own)) return undefined
  const locks = openLocks(pipeline.root)
  const inspect = inspector(repository, locks, env)
  const steps = scopeOf(pipeline, buildGraph(pipeline), options)
  for (const node of steps) {
    const reasons = await inspect.reasons(node)
    if ((options.allowMissing ? withoutMissing(reasons) : reasons).length === 0) continue
    repository.files.forget('.')
    return undefined
  }
  repository.state.save()
  if (isPlain(options)) await note(pipeline, repository, locks, steps, env)
  return steps
}

function isPlain(options: ScopeOptions & { readonly allowMissing?: boolean }): boolean {
  const { targets, single, downstream, pipeline, all, allowMissing } = options
  return !targets?.length && !single && !downstream && !pipeline && !all && !allowMissing
}

/** So that the next one need not even read the pipeline. */
async function note(
  pipeline: Pipeline,
  repository: Repository,
  locks: LockStore,
  steps: readonly Node[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { watchedPaths } = await import('./watched-paths.ts')
  const paths = watchedPaths(pipeline, repository, locks, steps)
  const names = steps.filter(isStage).flatMap((stage) => stageSettings(stage, pipeline.root).env)
  if (paths) noteSettled(pipeline, paths, [...new Set(names)], env)
}
