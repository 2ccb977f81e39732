import { useMemo, type ReactNode } from 'react'
import type { Run } from '#contract'
import { usualCharts, type ChartSpec } from '../charts/chart-spec.ts'
import { RunsBoard } from '../charts/runs-board.tsx'
import type { RunRows } from '../charts/use-run-rows.ts'
import type { Keys } from '../run-table/columns.ts'

interface CompareChartsProps {
  readonly runs: readonly Run[]
  readonly known: RunRows
}

/** Charts of the compared runs: how they differ, then what they were given against what came out, then each metric. */
export function CompareCharts({ runs, known }: CompareChartsProps): ReactNode {
  const keys = useMemo(() => keysOf(runs), [runs])
  const usual = useMemo(() => [...firstCharts(keys), ...usualCharts(keys)], [keys])
  return <RunsBoard known={known} keys={keys} usual={usual} />
}

/** What varies first: a parameter that is the same in all makes no picture. */
function keysOf(runs: readonly Run[]): Keys {
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

function firstCharts({ metrics, params }: Keys): readonly ChartSpec[] {
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
