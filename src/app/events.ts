import { EventEmitter, on } from 'node:events'
import type { Changes } from '#store'
import { shareEvents } from './share-events.ts'

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

export interface AllEvents {
  of(project: string): Events
  /** Tells other processes what they were not told yet. */
  close(): Promise<void>
}

/** The changes of each project, here and in other processes; who listens to one hears nothing of the others. */
export function openEvents(
  opened: () => readonly { readonly project: string; readonly changes: Changes }[],
): AllEvents {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0)
  const tell = (project: string, event: ChangeEvent): void =>
    void emitter.emit(`change ${project}`, event)
  const shared = shareEvents(opened, (project, area) => tell(project, { area, name: '*' }))
  return {
    of: (project) => ({
      emit(area, name) {
        tell(project, { area, name })
        shared.changed(project, area)
      },
      async *listen(signal) {
        shared.heard(project)
        try {
          for await (const [event] of on(emitter, `change ${project}`, { signal }))
            yield event as ChangeEvent
        } catch (error) {
          if (!signal.aborted) throw error
        }
      },
    }),
    close: shared.close,
  }
}
