import { useMemo, useRef, useState } from 'react'
import { fewRoots, parentsOf, toggled, type Order } from './run-lines.ts'

/**
 * Which runs show the runs under them, and a way to turn one. Where few lines would stand otherwise, as of a sweep that is one run with
 * all others under it, they are open at first; that is decided once for a table, so that nothing folds while runs come.
 */
export function useOpenRuns(
  table: string,
  order: Order | undefined,
  isOfAnother: boolean,
): [ReadonlySet<number>, (row: number) => void] {
  const [turned, setTurned] = useState<ReadonlySet<number>>(new Set())
  const first = useRef<{ readonly table: string; readonly areOpen: boolean }>(undefined)
  if (order !== undefined && !isOfAnother && first.current?.table !== table) {
    first.current = { table, areOpen: fewRoots(order) }
  }
  const areOpen = first.current?.areOpen ?? false
  const open = useMemo(() => {
    if (!areOpen || order === undefined) return turned
    return parentsOf(order).symmetricDifference(turned)
  }, [areOpen, order, turned])
  return [open, (row) => setTurned((before) => toggled(before, row))]
}
