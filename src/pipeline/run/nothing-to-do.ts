import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inspector } from '../changes.ts'
import { buildGraph, type Node } from '../graph.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import type { Repository } from '../repository.ts'
import { scopeOf, type ScopeOptions } from './plan.ts'

/**
 * The steps of a run when every one of them is up to date: then there is nothing to lock the repository for, which costs 15 ms.
 * `undefined` as soon as one is not, and when a killed run left something to end; what was looked at is forgotten then, as others
 * may change it until the lock is held.
 */
export async function nothingToDo(
  pipeline: Pipeline,
  repository: Repository,
  options: ScopeOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Node[] | undefined> {
  if (leftRunning(repository)) return undefined
  const inspect = inspector(repository, openLocks(pipeline.root), env)
  const steps = scopeOf(pipeline, buildGraph(pipeline), options)
  for (const node of steps) {
    if ((await inspect.reasons(node)).length === 0) continue
    repository.files.forget('.')
    return undefined
  }
  repository.state.save()
  return steps
}

function leftRunning(repository: Repository): boolean {
  try {
    return readdirSync(join(repository.own, 'running')).length > 0
  } catch {
    return false
  }
}
