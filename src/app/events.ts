import { EventEmitter, on } from 'node:events'

/** Something changed: an area (`models`, `monitors`, …) and the name of the thing. Pages that show it read it again. */
export interface ChangeEvent {
  readonly area: string
  readonly name: string
}

/** What changes in one project. */
export interface Events {
  emit(area: string, name: string): void
  /** Changes from now on, until the signal aborts. */
  listen(signal: AbortSignal): AsyncIterable<ChangeEvent>
}

/** The changes of each project; who listens to one hears nothing of the others. */
export function openEvents(): (project: string) => Events {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0)
  return (project) => ({
    emit: (area, name) => void emitter.emit(`change ${project}`, { area, name }),
    async *listen(signal) {
      try {
        for await (const [event] of on(emitter, `change ${project}`, { signal }))
          yield event as ChangeEvent
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  })
}
