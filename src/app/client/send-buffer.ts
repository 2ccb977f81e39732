import { setTimeout as delay } from 'node:timers/promises'
import { TidemillError } from '#contract'
import { deliver, type Entries, type ParamValue, type Point } from './deliver.ts'

export interface SendBuffer {
  metrics(points: readonly Point[]): void
  params(params: Readonly<Record<string, ParamValue>>): void
  tags(tags: Readonly<Record<string, string>>): void
  /** Something that takes its turn after what was logged before it. */
  task(work: () => Promise<unknown>): Promise<void>
  /** Resolves when all that was logged before is sent; with `hurry`, or given up after a while. */
  flush(): Promise<void>
  /** From now on a server that is away is waited for so long and no longer. */
  hurry(patienceMs: number): void
  /** Takes out what was never sent, for those who cannot wait. */
  take(): Entries
  /** Stops sending by itself. */
  close(): void
}

const sendEveryMs = 1000
const mostPoints = 1000
/** Points that a server which is away lets pile up; then the oldest go. */
const mostWaiting = 200_000
const longestWaitMs = 30_000

/** Collects what is logged and sends it in turn, many entries a call, again while the server is away. Nothing it does throws. */
export function sendBuffer(
  send: (entries: Entries) => Promise<void>,
  onProblem: (problem: string) => void,
): SendBuffer {
  let points: Point[] = []
  let params: Record<string, ParamValue> = {}
  let tags: Record<string, string> = {}
  let chain: Promise<void> = Promise.resolve()
  let dropped = 0
  let scheduled = false
  let deadline = Infinity
  let waiting = new AbortController()

  const isEmpty = (): boolean =>
    points.length === 0 && Object.keys(params).length === 0 && Object.keys(tags).length === 0

  function takeSome(): Entries {
    const entries = { metrics: points.slice(0, mostPoints), params, tags }
    points = points.slice(mostPoints)
    params = {}
    tags = {}
    return entries
  }

  /** Sends until it is taken or refused; answers why it was refused, or given up. */
  async function insist(work: () => Promise<unknown>): Promise<unknown> {
    for (let wait = 250; ; wait = Math.min(wait * 2, longestWaitMs)) {
      try {
        await work()
        return undefined
      } catch (error) {
        const isAway = error instanceof TidemillError && (error.retryable || error.status >= 500)
        if (!isAway || Date.now() + Math.min(wait, 1000) > deadline) return error
        // While nobody waits for it, it keeps no process alive; who comes to wait cuts it short.
        const isAwaited = deadline !== Infinity
        const { signal } = waiting
        const own = isAwaited ? Math.min(wait, 1000) : wait
        await delay(own, undefined, { ref: isAwaited, signal }).catch(() => undefined)
      }
    }
  }

  async function drain(): Promise<void> {
    while (!isEmpty()) {
      await deliver(takeSome(), (entries) => insist(() => send(entries)), onProblem)
    }
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setTimeout(
      () => {
        scheduled = false
        chain = chain.then(drain)
      },
      points.length >= mostPoints ? 0 : sendEveryMs,
    ).unref()
  }

  return {
    metrics(more) {
      points.push(...more)
      if (points.length > mostWaiting) {
        const extra = points.length - mostWaiting
        if (dropped === 0) onProblem('the server is away for long; the oldest points are dropped')
        dropped += extra
        points = points.slice(extra)
      }
      schedule()
    },
    params(more) {
      Object.assign(params, more)
      schedule()
    },
    tags(more) {
      Object.assign(tags, more)
      schedule()
    },
    task(work) {
      chain = chain.then(drain).then(async () => {
        const refused = await insist(work)
        if (refused === undefined) return
        const why = refused instanceof Error ? refused.message : String(refused)
        onProblem(`it could not be sent: ${why}`)
      })
      return chain
    },
    flush() {
      chain = chain.then(drain)
      return chain
    },
    hurry(patienceMs) {
      deadline = Date.now() + patienceMs
      waiting.abort()
      waiting = new AbortController()
    },
    take() {
      const entries = { metrics: points, params, tags }
      points = []
      params = {}
      tags = {}
      return entries
    },
    close() {
      scheduled = true
    },
  }
}
