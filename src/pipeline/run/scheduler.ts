import { neededBy, type Graph, type Node } from '../graph.ts'
import type { ResourcePool } from './resource-pool.ts'
import type { StageResources } from './stage-settings.ts'

export interface Schedule {
  /** In the order of the plan. */
  readonly steps: readonly Node[]
  readonly graph: Graph
  /** How many steps may be under way at once. */
  readonly jobs: number
  readonly pool: ResourcePool
  /** What a step holds while it is under way. */
  readonly resources: ReadonlyMap<Node, StageResources>
  /** Among steps that could start, the one with the highest rank does. */
  readonly rank: ReadonlyMap<Node, number>
  /** Whether no more steps are to start. */
  stopping(): boolean
  /** Whether a step is to be passed over: something it needs is not there. */
  blocked(node: Node): boolean
  run(node: Node): Promise<void>
  passOver(node: Node): void
}

const nothing: StageResources = { cores: 0, memoryBytes: 0, mutex: [] }

/**
 * Takes each step when all that it needs has ended and what it holds is free. With one job the order is the plan's, as in DVC; with
 * more, the longest way to the end goes first, so that the last step to end ends early.
 */
export async function runSchedule(schedule: Schedule): Promise<void> {
  const { steps, graph, pool } = schedule
  const inScope = new Set(steps)
  const missing = new Map(
    steps.map((node) => [node, neededBy(graph, node).filter((each) => inScope.has(each)).length]),
  )
  const place = new Map(steps.map((node, index) => [node, index]))
  const before = (a: Node, b: Node): number => (place.get(a) ?? 0) - (place.get(b) ?? 0)
  const inTurn = schedule.jobs === 1
  let ready = steps.filter((node) => missing.get(node) === 0)
  let sorted = false
  const running = new Set<Promise<void>>()

  const ended = (node: Node): void => {
    for (const next of graph.feeds.get(node) ?? []) {
      if (!inScope.has(next) || !neededBy(graph, next).includes(node)) continue
      const left = (missing.get(next) ?? 0) - 1
      missing.set(next, left)
      if (left > 0) continue
      ready.push(next)
      sorted = false
    }
  }

  function start(node: Node): boolean {
    const wanted = schedule.resources.get(node) ?? nothing
    if (!pool.take(wanted)) return false
    const step = schedule.run(node).finally(() => {
      pool.giveBack(wanted)
      running.delete(step)
      ended(node)
    })
    running.add(step)
    return true
  }

  while (ready.length + running.size > 0 && !schedule.stopping()) {
    if (!sorted) {
      const rank = (node: Node): number => schedule.rank.get(node) ?? 0
      const ranked = (a: Node, b: Node): number => rank(b) - rank(a)
      ready.sort((a, b) => (inTurn ? 0 : ranked(a, b)) || before(a, b))
      sorted = true
    }
    const waiting: Node[] = []
    for (const [index, node] of ready.entries()) {
      if (running.size >= schedule.jobs || (inTurn && waiting.length > 0)) {
        waiting.push(...ready.slice(index))
        break
      }
      if (schedule.blocked(node)) {
        schedule.passOver(node)
        ended(node)
      } else if (!start(node)) waiting.push(node)
    }
    // what passing over added was looked at too: it went to the end of the list that the loop walks
    ready = waiting
    if (running.size > 0) await Promise.race(running)
    else if (ready.length > 0) await pool.changed()
  }
  await Promise.all(running)
}
