import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { operations, type RunRow } from '#contract'
import { useCaller } from '../../app/api.tsx'
import { runLooks, type RunLook } from '../run-table/run-colors.ts'

export interface RunRows {
  readonly rows: readonly RunRow[]
  /** By row, the colour of each in charts. */
  readonly looks: ReadonlyMap<number, RunLook>
}

/** Runs as a table knows them, by identifier. */
export function useRunRows(runs: readonly string[]) {
  const caller = useCaller()
  const input = { runs: [...runs] }
  const read = useQuery({
    queryKey: ['run-table', 'rows', input],
    queryFn: () => caller.call(operations.table.rows, input),
    enabled: runs.length > 0,
  })
  const found = useMemo<RunRows>(() => {
    const rows = read.data?.runs ?? []
    const numbers = rows.map(({ row }) => row)
    return { rows, looks: runLooks(numbers, {}) }
  }, [read.data])
  return { ...found, read }
}
