import { useQueries, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { operations, type InputOf, type OutputOf, type RunGroup } from '#contract'
import { useCaller } from '../../app/api.tsx'
import { onChanges } from '../../app/live.ts'
import { withSince } from './started-since.ts'
import type { View } from './view-state.ts'

export type RunOrder = OutputOf<typeof operations.table.order>
type Which = Pick<InputOf<typeof operations.table.order>, 'experiments' | 'filter' | 'removed'>

/** Runs that log change many times a second; the table follows at this pace, and slower where its order takes long to read. */
const followMs = 3000
const restShare = 20
let pace = followMs

/** Counts up as runs change, at the table's pace and while the page is in sight. */
export function useRunChanges(): number {
  const [count, setCount] = useState(0)
  const last = useRef(0)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isMissed = false
    const tell = () => {
      timer = undefined
      isMissed = document.hidden
      if (isMissed) return
      last.current = Date.now()
      setCount((before) => before + 1)
    }
    const stop = onChanges((areas) => {
      if (!areas.has('runs')) return
      timer ??= setTimeout(tell, Math.max(0, last.current + pace - Date.now()))
    })
    const onSight = () => {
      if (isMissed && !document.hidden) tell()
    }
    document.addEventListener('visibilitychange', onSight)
    return () => {
      stop()
      document.removeEventListener('visibilitychange', onSight)
      clearTimeout(timer)
    }
  }, [])
  return count
}

export function whichOf(experiments: readonly string[], view: View): Which {
  const filter = withSince(view.filter, view.since)
  return {
    experiments: experiments.join(','),
    ...(filter === '' ? {} : { filter }),
    ...(view.removed ? { removed: true } : {}),
  }
}

/** The order of all runs of a view; the one before stays until the next is there. */
export function useRunOrder(experiments: readonly string[], view: View, enabled: boolean) {
  const caller = useCaller()
  const input = {
    ...whichOf(experiments, view),
    ...(view.order === '' ? {} : { order: view.order }),
    ...(view.flat ? {} : { nested: true }),
  }
  return useQuery({
    queryKey: ['run-table', 'order', input],
    queryFn: async () => {
      const begin = performance.now()
      const order = await caller.call(operations.table.order, input)
      pace = Math.max(followMs, restShare * (performance.now() - begin))
      return order
    },
    enabled: enabled && experiments.length > 0,
    placeholderData: (before: RunOrder | undefined) => before,
    // To compare 100,000 numbers with those before costs more than to draw what is in sight.
    structuralSharing: false,
  })
}

export function useRunGroups(
  experiments: readonly string[],
  view: View,
  metrics: readonly string[],
  enabled: boolean,
) {
  const caller = useCaller()
  const input = {
    ...whichOf(experiments, view),
    by: view.group.join(','),
    columns: metrics.join(','),
  }
  return useQuery({
    queryKey: ['run-table', 'groups', input],
    queryFn: () => caller.call(operations.table.groups, input),
    enabled: enabled && experiments.length > 0,
    placeholderData: (before: { groups: RunGroup[]; total: number } | undefined) => before,
  })
}

/** The orders of the runs in the groups that are open, by group. */
export function useOpenGroups(
  experiments: readonly string[],
  view: View,
  open: ReadonlySet<string>,
): ReadonlyMap<string, RunOrder> {
  const caller = useCaller()
  const keys = view.group.length === 0 ? [] : [...open]
  const reads = useQueries({
    queries: keys.map((key) => {
      const values = JSON.parse(key) as RunGroup['values']
      const input = {
        ...whichOf(experiments, view),
        ...(view.order === '' ? {} : { order: view.order }),
        group: JSON.stringify(view.group.map((by, index) => [by, values[index] ?? null])),
      }
      return {
        queryKey: ['run-table', 'order', input],
        queryFn: () => caller.call(operations.table.order, input),
      }
    }),
  })
  const sizes = reads.map((read) => read.dataUpdatedAt).join(',')
  return useMemo(
    () =>
      new Map(
        keys.flatMap((key, index) => {
          const order = reads[index]?.data
          return order === undefined ? [] : [[key, order] as const]
        }),
      ),
    // `reads` is a new list each time; when it was read tells whether it changed.
    [keys.join('\n'), sizes],
  )
}
