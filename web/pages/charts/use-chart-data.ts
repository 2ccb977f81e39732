import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { operations, type Measured, type RunHistory, type RunRow } from '#contract'
import { useCaller } from '../../app/api.tsx'
import { notSet, numberOf } from '../run-table/columns.ts'
import type { LineFrame } from './line-frame.ts'
import { groupKey } from '../run-table/run-lines.ts'
import type { ChartGroup, ChartSource } from './panel.ts'

/** A run with the columns a chart asked for. */
export interface ChartRun {
  readonly run: RunRow
  readonly values: Readonly<Record<string, Measured>>
  /** The group it is drawn in, where runs are grouped and this one is in a group that stands in charts. */
  readonly group?: ChartGroup
}

/** More runs than this are no picture; a chart says how many it left out. */
export const mostRuns = 1000

/** The runs of a chart with some columns: those shown in charts, or the first of the whole table. */
export function useChartRuns(
  table: ChartSource,
  columns: readonly string[],
  scope: 'shown' | 'all',
): { readonly runs: readonly ChartRun[]; readonly total: number; readonly isLoading: boolean } {
  const caller = useCaller()
  const { rows: all } = table.all
  const rows = useMemo(
    () => (scope === 'shown' ? [...table.shownRows] : all.slice(0, mostRuns)),
    [scope, table.shownRows, all],
  )
  const grouped = scope === 'all' ? table.grouped : undefined
  const input = {
    ...{ rows, columns: [...new Set(columns)] },
    ...(grouped && { by: grouped.by.join(',') }),
  }
  const read = useQuery({
    queryKey: ['run-table', 'rows', input],
    queryFn: () => caller.call(operations.table.rows, input),
    enabled: rows.length > 0,
    placeholderData: (before) => before,
  })
  const data = rows.length === 0 ? undefined : read.data
  const runs = useMemo(() => {
    const groups = new Map(grouped?.list.map((each) => [groupKey(each.values), each]))
    return (data?.runs ?? []).map((run, index): ChartRun => {
      const group = groups.get(groupKey(data?.groups?.[index] ?? []))
      return {
        run,
        values: Object.fromEntries(
          Object.entries(data?.values ?? {}).map(([id, values]) => [id, values[index] ?? null]),
        ),
        ...(group && { group }),
      }
    })
  }, [data, grouped?.list])
  return {
    runs,
    total: scope === 'shown' ? rows.length : table.all.total,
    isLoading: read.isLoading && rows.length > 0,
  }
}

export function valueOf(run: ChartRun, column: string): number | undefined {
  if (column === 'duration') {
    return run.run.endedAt === undefined ? undefined : run.run.endedAt - run.run.startedAt
  }
  if (column === 'started') return run.run.startedAt
  const value = numberOf(run.values[column])
  return value !== undefined && Number.isFinite(value) ? value : undefined
}

/** A column as text, for what sorts runs into kinds. */
export function kindOf(run: ChartRun, column: string): string {
  if (column === 'status') return run.run.status
  if (column === 'user') return run.run.user
  const value = run.values[column]
  return value === null || value === undefined ? notSet : String(value)
}

export interface RunLine {
  readonly run: RunRow
  readonly history: RunHistory
}

/** One metric's history of each run shown in charts. */
export function useRunLines(
  table: ChartSource,
  key: string,
  { axis, smooth, points }: LineFrame,
): {
  readonly lines: readonly RunLine[]
  readonly isLoading: boolean
  readonly error: Error | null
} {
  const caller = useCaller()
  const { runs, isLoading } = useChartRuns(table, noColumns, 'shown')
  const input = {
    runs: runs.map(({ run }) => run.id),
    ...{ key, points },
    ...(smooth === 0 ? {} : { smooth }),
    ...(axis.kind === 'metric' ? { x: axis.name } : {}),
  }
  const read = useQuery({
    queryKey: ['run-table', 'histories', input],
    queryFn: () => caller.call(operations.table.histories, input),
    enabled: runs.length > 0,
    placeholderData: (before) => before,
  })
  const lines = useMemo(() => {
    const byId = new Map((read.data?.histories ?? []).map((each) => [each.run, each]))
    return runs.flatMap(({ run }) => {
      const history = byId.get(run.id)
      return history === undefined ? [] : [{ run, history }]
    })
  }, [runs, read.data])
  return { lines, isLoading: isLoading || read.isLoading, error: read.error }
}

const noColumns: readonly string[] = []
