import { useQuery } from '@tanstack/react-query'
import { useMemo, useRef, useState, type ReactNode } from 'react'
import { operations, type Run } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { useCaller } from '../../app/api.tsx'
import { ChartBoard } from '../charts/chart-board.tsx'
import type { ChartSpec } from '../charts/chart-spec.ts'
import type { ChartSource } from '../charts/panel.ts'
import { runLooks } from '../run-table/run-colors.ts'

/** Charts of the compared runs: how they differ, then what they were given against what came out, then each metric. */
export function CompareCharts({ runs }: { runs: readonly Run[] }): ReactNode {
  const caller = useCaller()
  const [selected, select] = useState<ReadonlySet<number>>(new Set())
  const brushed = useRef(false)
  const input = { runs: runs.map((run) => run.id) }
  const read = useQuery({
    queryKey: ['run-table', 'rows', input],
    queryFn: () => caller.call(operations.table.rows, input),
  })
  const keys = useMemo(() => keysOf(runs), [runs])
  const first = useMemo(() => firstCharts(keys), [keys])
  const source = useMemo<ChartSource>(() => {
    const rows = (read.data?.runs ?? []).map((run) => run.row)
    return {
      keys,
      all: { rows, total: rows.length },
      shownRows: rows,
      looks: runLooks(rows, {}),
      ...{ selected, select, brushed },
    }
  }, [keys, read.data, selected])
  if (read.isError) return <ErrorState error={read.error} retry={() => void read.refetch()} />
  if (read.data === undefined) return <Skeleton lines={8} />
  return <ChartBoard table={source} first={first} />
}

/** What varies first: a parameter that is the same in all makes no picture. */
function keysOf(runs: readonly Run[]): ChartSource['keys'] {
  const named = (of: (run: Run) => Readonly<Record<string, string | number>>): string[] => {
    const names = [...new Set(runs.flatMap((run) => Object.keys(of(run))))].sort()
    const varies = (name: string) => new Set(runs.map((run) => of(run)[name])).size > 1
    return [...names.filter(varies), ...names.filter((name) => !varies(name))]
  }
  return {
    metrics: named((run) => run.metrics),
    params: named((run) => run.params),
    tags: named((run) => run.tags),
  }
}

function firstCharts({ metrics, params }: ChartSource['keys']): readonly ChartSpec[] {
  const [metric, param] = [metrics[0], params[0]]
  if (metric === undefined) return []
  const y = `metrics.${metric}`
  return [
    { id: 'difference', kind: 'difference', wide: 2 },
    ...(param === undefined
      ? []
      : [
          { id: 'scatter', kind: 'scatter' as const, x: `params.${param}`, y },
          { id: 'box', kind: 'box' as const, x: `params.${param}`, y },
        ]),
  ]
}
