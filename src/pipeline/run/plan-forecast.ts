import { availableParallelism } from 'node:os'
import { buildGraph, isStage, neededBy } from '../graph.ts'
import type { Pipeline } from '../model.ts'
import { openRepository } from '../repository.ts'
import type { Forecast } from './forecast.ts'
import { historyFile, openHistory } from './history.ts'
import type { StagePlan } from './plan.ts'
import { machineCapacity } from './resource-pool.ts'
import { resourcesOf } from './stage-settings.ts'

/** What a plan will take; `undefined` when none of its stages ever ran here. */
export async function planForecast(
  pipeline: Pipeline,
  plans: readonly StagePlan[],
  jobs = 1,
): Promise<Forecast | undefined> {
  const running = new Set(plans.filter(({ action }) => action === 'run').map(({ stage }) => stage))
  const history = openHistory(historyFile(openRepository(pipeline.root)))
  const graph = buildGraph(pipeline)
  const nodes = new Map(graph.nodes.map((node) => [node.address, node]))
  const capacity = machineCapacity()
  const steps = plans.flatMap(({ stage }) => {
    const node = nodes.get(stage)
    if (!node || !isStage(node) || !running.has(stage)) return []
    const needs = neededBy(graph, node).map((each) => each.address)
    const resources = resourcesOf(node, pipeline.root, capacity)
    return [{ stage, needs, resources, past: history.of(stage) }]
  })
  if (steps.every(({ past }) => past.length === 0)) return undefined
  // the laws of chance are loaded when they are needed: a run with nothing to do has no use for them
  const { forecast } = await import('./forecast.ts')
  return forecast(steps, { jobs: jobs === 0 ? availableParallelism() : jobs, capacity })
}
