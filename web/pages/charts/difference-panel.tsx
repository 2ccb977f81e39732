import type { ReactNode } from 'react'
import { ErrorState } from '../../design/error-state.tsx'
import { groupKey } from '../run-table/run-lines.ts'
import { nameOf } from './chart-spec.ts'
import { DifferenceTable, type Compared } from './difference-table.tsx'
import type { PanelProps } from './panel.ts'
import { useChartRuns, valueOf } from './use-chart-data.ts'
import { useGroupSpreads } from './use-group-spreads.ts'

const mostMetrics = 60

/** Metrics of the runs shown as differences to one of them, or of groups of runs as differences of their means to those of one group. */
export function DifferencePanel(props: PanelProps): ReactNode {
  return props.table.grouped === undefined ? (
    <RunDifferences {...props} />
  ) : (
    <GroupDifferences {...props} />
  )
}

function RunDifferences({ table, ...props }: PanelProps): ReactNode {
  const columns = columnsOf(table)
  const { runs } = useChartRuns(table, columns, 'shown')
  const all = runs.map((run): Compared => ({
    ...{ id: run.run.id, name: run.run.name },
    values: columns.map((column) => valueOf(run, column)),
  }))
  return <DifferenceTable {...props} metrics={columns.map(nameOf)} kind="run" all={all} />
}

function GroupDifferences({ table, ...props }: PanelProps): ReactNode {
  const columns = columnsOf(table)
  const { groups, error } = useGroupSpreads(table.grouped, columns)
  const all = groups.map(({ group, metrics }): Compared => ({
    ...{ id: groupKey(group.values), name: group.name },
    values: columns.map((column) => metrics[nameOf(column)]?.mean),
  }))
  if (error !== null) return <ErrorState error={error} />
  return <DifferenceTable {...props} metrics={columns.map(nameOf)} kind="group" all={all} />
}

function columnsOf({ keys }: PanelProps['table']): readonly string[] {
  return keys.metrics.slice(0, mostMetrics).map((key) => `metrics.${key}`)
}
