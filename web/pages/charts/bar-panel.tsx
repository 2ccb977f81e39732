import type { ReactNode } from 'react'
import { Bars } from './bars.tsx'
import { csvOf } from './figure.ts'
import { GroupBars } from './group-bars.tsx'
import { Nothing } from './nothing.tsx'
import type { PanelProps } from './panel.ts'
import { useChartRuns, valueOf } from './use-chart-data.ts'

/** The last value of a metric: a bar for each run, or for each group where runs are grouped. */
export function BarPanel(props: PanelProps): ReactNode {
  return props.table.grouped === undefined ? <RunBars {...props} /> : <GroupBars {...props} />
}

function RunBars({ table, spec, height, figure }: PanelProps): ReactNode {
  const column = spec.y ?? ''
  const { runs } = useChartRuns(table, [column], 'shown')
  const found = runs
    .flatMap((run) => {
      const value = valueOf(run, column)
      return value === undefined ? [] : [{ run: run.run, value }]
    })
    .toSorted((a, b) => b.value - a.value)
  if (found.length === 0) return <Nothing>None of the runs shown has a value.</Nothing>
  return (
    <Bars
      {...{ height, figure }}
      looks={table.looks}
      name={column}
      kind="run"
      bars={found.map(({ run, value }) => ({ row: run.row, name: run.name, value }))}
      csv={() =>
        csvOf(
          ['run', 'name', column],
          found.map(({ run, value }) => [run.id, run.name, value]),
        )
      }
    />
  )
}
