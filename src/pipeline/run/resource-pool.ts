import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import type { StageResources } from './stage-settings.ts'

/** What stages that run at once may use together. */
export interface Capacity {
  readonly cores: number
  readonly memoryBytes: number
}

/** Hands out cores, memory and things of which there is one; several runs may share it. */
export interface ResourcePool {
  readonly capacity: Capacity
  /** Takes all of it or nothing. */
  take(wanted: StageResources): boolean
  giveBack(taken: StageResources): void
  /** Resolves when something is given back. */
  changed(): Promise<void>
}

export function machineCapacity(): Capacity {
  return { cores: availableParallelism(), memoryBytes: Math.min(totalmem(), groupLimit()) }
}

/** The limit of a container, where there is one. */
function groupLimit(): number {
  try {
    const limit = Number(readFileSync('/sys/fs/cgroup/memory.max', 'utf8'))
    return Number.isFinite(limit) ? limit : Infinity
  } catch {
    return Infinity
  }
}

/** A stage that asks for more cores than there are has all of them: it is slower, and right all the same. */
export function resourcePool(capacity: Capacity = machineCapacity()): ResourcePool {
  let [cores, memory] = [0, 0]
  const held = new Set<string>()
  const waiting: (() => void)[] = []
  const coresOf = (wanted: StageResources): number => Math.min(wanted.cores, capacity.cores)
  return {
    capacity,
    take(wanted) {
      const fits =
        cores + coresOf(wanted) <= capacity.cores &&
        memory + wanted.memoryBytes <= capacity.memoryBytes &&
        !wanted.mutex.some((name) => held.has(name))
      if (!fits) return false
      cores += coresOf(wanted)
      memory += wanted.memoryBytes
      for (const name of wanted.mutex) held.add(name)
      return true
    },
    giveBack(taken) {
      cores -= coresOf(taken)
      memory -= taken.memoryBytes
      for (const name of taken.mutex) held.delete(name)
      for (const wake of waiting.splice(0)) wake()
    },
    changed: () => new Promise((resolve) => waiting.push(resolve)),
  }
}
