import { useMemo, type ReactNode } from 'react'
import type { Run } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import type { BoardPlace } from '../charts/board-state.ts'
import { usualLines } from '../charts/chart-spec.ts'
import { RunsBoard } from '../charts/runs-board.tsx'
import { useRunRows } from '../charts/use-run-rows.ts'

interface RunChartsProps {
  readonly run: Run
  readonly metrics: readonly string[]
  readonly place: BoardPlace
}

/** Charts of a run's metrics, arranged as those of its experiment's runs were last. */
export function RunCharts({ run, metrics, place }: RunChartsProps): ReactNode {
  const known = useRunRows([run.id])
  const names = metrics.join('\n')
  const params = Object.keys(run.params).join('\n')
  const keys = useMemo(
    () => ({ metrics, params: params === '' ? [] : params.split('\n'), tags: [] }),
    [names, params],
  )
  const usual = useMemo(() => usualLines(metrics), [names])
  const { read } = known
  if (read.isError) return <ErrorState error={read.error} retry={() => void read.refetch()} />
  if (read.data === undefined) return <Skeleton lines={8} />
  return <RunsBoard known={known} keys={keys} usual={usual} place={place} />
}
