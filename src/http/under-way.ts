/** The requests that can be told to stop. */
export interface UnderWay {
  /** One that asked for its signal; `over` is for when it has ended. */
  open(): UnderWayCall
  /** The server stops: what would never end by itself ends now. */
  endEndless(): void
  abortAll(): void
}

export interface UnderWayCall {
  readonly signal: AbortSignal
  abort(): void
  over(): void
  /** Its answer goes on until somebody ends it. */
  isEndless(): void
}

export function underWay(): UnderWay {
  const calls = new Set<AbortController>()
  const endless = new Set<AbortController>()
  let stopping = false
  return {
    open() {
      const controller = new AbortController()
      calls.add(controller)
      return {
        signal: controller.signal,
        abort: () => controller.abort(),
        over() {
          calls.delete(controller)
          endless.delete(controller)
        },
        isEndless() {
          endless.add(controller)
          if (stopping) controller.abort()
        },
      }
    },
    endEndless() {
      stopping = true
      for (const controller of endless) controller.abort()
    },
    abortAll() {
      for (const controller of calls) controller.abort()
    },
  }
}
