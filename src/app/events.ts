import { EventEmitter, on } from 'node:events'

/** Something changed: an area (`models`, `monitors`, …) and the name of the thing. Pages that show it read it again. */
export interface ChangeEvent {
  readonly area: string
  readonly name: string
}

export interface Events {
  emit(area: string, name: string): void
  /** Changes from now on, until the signal aborts. */
  listen(signal: AbortSignal): AsyncIterable<ChangeEvent>
}

export function openEvents(): Events {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0)
  return {
    emit: (area, name) => void emitter.emit('change', { area, name }),
    async *listen(signal) {
      try {
        for await (const [event] of on(emitter, 'change', { signal })) yield event as ChangeEvent
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  }
}
