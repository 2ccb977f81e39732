import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { operations } from '#contract'
import { inProject } from './place.ts'

/** What else a change of an area makes stale. The loop and the jobs follow everything. */
const related: Readonly<Record<string, readonly string[]>> = {
  runs: ['artifacts', 'loggedModels', 'pipeline'],
  datasets: ['lineage', 'pipeline'],
  models: ['endpoints', 'lineage', 'loggedModels', 'prompts'],
  endpoints: ['monitors', 'labels'],
  labels: ['endpoints', 'datasets'],
  monitors: ['find'],
  labelings: ['labels'],
  policies: ['models'],
}

type Listener = (areas: ReadonlySet<string>) => void
const listeners = new Set<Listener>()

/** Told of each change the server tells of, for what reads at a pace of its own. */
export function onChanges(listener: Listener): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** `EventSource.CLOSED`. */
const closed = 2

const reconnectMs = 5000

/** Reads again what the server says has changed; many changes in a moment are one. */
export function useLiveChanges(open: (url: string) => EventSource = openStream): void {
  const queries = useQueryClient()
  useEffect(() => {
    const changed = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    let again: ReturnType<typeof setTimeout> | undefined
    let lost = false
    let stream = connect()
    const flush = () => {
      timer = undefined
      const areas = new Set(changed)
      changed.clear()
      for (const listener of listeners) listener(areas)
      void invalidate(queries, areas)
    }
    function connect(): EventSource {
      const opened = open(operations.jobs.events.path)
      opened.addEventListener('message', (message: MessageEvent<string>) => {
        const { area } = JSON.parse(message.data) as { area: string }
        changed.add(area)
        timer ??= setTimeout(flush, 200)
      })
      opened.addEventListener('error', () => {
        lost = true
        // A browser goes on by itself after a broken connection, and gives up after an answer that is none.
        if (opened.readyState !== closed) return
        clearTimeout(again)
        again = setTimeout(() => (stream = connect()), reconnectMs)
      })
      opened.addEventListener('open', () => {
        // What changed while the connection was away is not told again.
        if (lost) void queries.invalidateQueries()
        lost = false
      })
      return opened
    }
    return () => {
      clearTimeout(timer)
      clearTimeout(again)
      stream.close()
    }
  }, [queries, open])
}

function openStream(url: string): EventSource {
  return new EventSource(inProject(url))
}

function invalidate(queries: QueryClient, areas: ReadonlySet<string>): Promise<void> {
  const stale = new Set<unknown>(['loop', 'jobs'])
  for (const area of areas) for (const each of [area, ...(related[area] ?? [])]) stale.add(each)
  return queries.invalidateQueries({ predicate: ({ queryKey }) => stale.has(queryKey[0]) })
}
