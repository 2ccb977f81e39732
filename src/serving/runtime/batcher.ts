import { TidemillError } from '#contract'

/** Answers items one at a time to those who ask, many at a time to who computes. */
export interface Batcher<Item, Answer> {
  ask(items: readonly Item[]): Promise<readonly Answer[]>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

export interface BatchLimits {
  /** Items of one batch at most. */
  readonly batch: number
  /** Items that may wait; more are refused at once. */
  readonly waiting: number
}

/**
 * Gathers what comes while a batch is being computed into the next one. Nothing is held back to wait for company: an idle server
 * answers at once, a busy one fills its batches by itself. Where a batch fails, each of those who asked is answered alone, so that only
 * whose items are at fault hears of it.
 */
export function batcher<Item, Answer>(
  compute: (items: readonly Item[]) => Promise<readonly Answer[]>,
  limits: BatchLimits = { batch: 1024, waiting: 16_384 },
): Batcher<Item, Answer> {
  interface Asked {
    readonly items: readonly Item[]
    readonly resolve: (answers: readonly Answer[]) => void
    readonly reject: (error: unknown) => void
  }
  let queue: Asked[] = []
  let queued = 0
  let running: Promise<void> | undefined

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const taken: Asked[] = []
      let size = 0
      while (queue[0] && (taken.length === 0 || size + queue[0].items.length <= limits.batch)) {
        const [next] = queue.splice(0, 1)
        if (!next) break
        taken.push(next)
        size += next.items.length
      }
      queued -= size
      if (!(await answered(taken)) && taken.length > 1)
        for (const asked of taken) await answered([asked])
    }
    running = undefined
  }

  /** Whether all were answered. Who asked alone hears of the failure here. */
  async function answered(taken: readonly Asked[]): Promise<boolean> {
    try {
      const answers = await compute(taken.flatMap((asked) => asked.items))
      let at = 0
      for (const asked of taken) {
        asked.resolve(answers.slice(at, at + asked.items.length))
        at += asked.items.length
      }
      return true
    } catch (error) {
      if (taken.length === 1) taken[0]?.reject(error)
      return false
    }
  }

  return {
    ask(items) {
      if (queued + items.length > limits.waiting && queue.length > 0) {
        const problem = `More than ${limits.waiting} rows wait already.`
        return Promise.reject(new TidemillError('unavailable', { problem }))
      }
      return new Promise((resolve, reject) => {
        queue.push({ items, resolve, reject })
        queued += items.length
        // Started in a microtask, so that what comes in the same turn shares the batch.
        running ??= Promise.resolve().then(drain)
      })
    },
    async idle() {
      while (running) await running
      queue = []
    },
  }
}
