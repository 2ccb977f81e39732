import type { Changes } from '#store'

const tellEveryMs = 1000
const askEveryMs = 2000

interface Place {
  readonly project: string
  readonly changes: Changes
}

export interface SharedEvents {
  /** An area of a project changed here. */
  changed(project: string, area: string): void
  /** Somebody listens to a project from now on. */
  heard(project: string): void
  /** Tells what is not told yet, and asks no more. */
  close(): Promise<void>
}

/**
 * Tells the other processes with the same database what changed here, and listeners here what changed there: a training in a terminal,
 * a second server. What cannot be told is let go: pages read again what they show when they are looked at.
 */
export function shareEvents(
  opened: () => readonly Place[],
  tellHere: (project: string, area: string) => void,
): SharedEvents {
  const untold = new Map<string, Set<string>>()
  const asked = new Set<string>()
  let telling: NodeJS.Timeout | undefined
  let asking: NodeJS.Timeout | undefined
  let under: Promise<unknown> = Promise.resolve()

  const each = (work: (place: Place) => Promise<void>): Promise<unknown> =>
    (under = under.then(() =>
      Promise.all(opened().map((place) => work(place).catch(() => undefined))),
    ))

  function tell(): Promise<unknown> {
    clearTimeout(telling)
    telling = undefined
    return each(async ({ project, changes }) => {
      const areas = [...(untold.get(project) ?? [])]
      untold.delete(project)
      if (areas.length > 0) await changes.note(areas)
    })
  }

  let isAsking = false
  /** One question at a time: of a database that does not answer they would pile up. */
  async function ask(): Promise<void> {
    if (isAsking) return
    isAsking = true
    await each(async ({ project, changes }) => {
      if (!asked.has(project)) return
      for (const area of await changes.news()) tellHere(project, area)
    })
    isAsking = false
  }

  return {
    changed(project, area) {
      untold.set(project, (untold.get(project) ?? new Set()).add(area))
      telling ??= setTimeout(() => void tell(), tellEveryMs).unref()
    },
    heard(project) {
      if (asked.has(project)) return
      asked.add(project)
      void ask()
      asking ??= setInterval(() => void ask(), askEveryMs).unref()
    },
    async close() {
      clearInterval(asking)
      await tell()
    },
  }
}
