import { useMemo, type ReactNode } from 'react'
import { plural } from '../../design/format.ts'
import { ParallelCoordinates } from '../../design/parallel-coordinates.tsx'
import { notSet, numberOf } from '../run-table/columns.ts'
import { differingAxes, nameOf, possibleAxes } from './chart-spec.ts'
import { csvOf } from './figure.ts'
import { leftOut } from './left-out.ts'
import { Nothing } from './nothing.tsx'
import type { PanelProps } from './panel.ts'
import { mostRuns, useChartRuns } from './use-chart-data.ts'

/** One line a run over what it was given and what came out; what is dragged over on the axes selects its runs in the table. */
export function ParallelPanel({ table, spec, height, figure }: PanelProps): ReactNode {
  const asked = spec.axes ?? possibleAxes(table.keys)
  const { runs: all, total } = useChartRuns(table, asked, 'all')
  // Unless it was chosen, an axis where all runs meet says nothing.
  const axes = useMemo(
    () => spec.axes ?? differingAxes(asked, all),
    [spec.axes, asked.join(','), all],
  )
  // A run without any of the values, as the one above a sweep, would be a line of gaps.
  const runs = useMemo(
    () => all.filter(({ values }) => axes.some((id) => (values[id] ?? null) !== null)),
    [all, axes],
  )
  const dimensions = useMemo(
    () =>
      axes.map((id) => {
        const name = nameOf(id)
        const values = runs.map((run) => run.values[id])
        const isText = values.some(
          (value) => typeof value === 'string' && numberOf(value) === undefined,
        )
        const categories = [...new Set(values.map((value) => String(value ?? notSet)))].sort()
        return isText ? { name, categories } : { name }
      }),
    [axes.join(','), runs],
  )
  const lines = useMemo(
    () =>
      runs.map((run) => ({
        id: String(run.run.row),
        ...(run.group && { group: String(run.group.row) }),
        values: axes.map((id, index) =>
          dimensions[index]?.categories === undefined
            ? (numberOf(run.values[id]) ?? null)
            : String(run.values[id] ?? notSet),
        ),
      })),
    [runs, dimensions],
  )
  const { grouped, looks } = table
  const groups = useMemo(
    () =>
      grouped?.list.map(({ row, name }) => ({
        ...{ id: String(row), name },
        token: looks.get(row)?.token ?? '--series-8',
        dashed: looks.get(row)?.dashed ?? false,
      })),
    [grouped?.list, looks],
  )
  figure.current = {
    csv: () =>
      csvOf(
        [...(grouped === undefined ? [] : ['group']), 'run', 'name', ...axes],
        runs.map((run) => [
          ...(grouped === undefined ? [] : [run.group?.name]),
          ...[run.run.id, run.run.name],
          ...axes.map((id) => run.values[id]),
        ]),
      ),
  }
  if (all.length === 0) return <Nothing>There are no runs.</Nothing>
  if (axes.length > 0 && runs.length === 0)
    return <Nothing>No run has a value on the axes that were chosen.</Nothing>
  if (axes.length === 0) return <Nothing>These runs differ in nothing that was logged.</Nothing>
  return (
    <>
      <ParallelCoordinates
        label="Parallel coordinates"
        dimensions={dimensions}
        lines={lines}
        colorBy={axes.length - 1}
        {...(groups && { groups })}
        height={height}
        onBrush={(ids) => {
          if (ids !== undefined) table.select(new Set([...ids].map(Number)))
          else if (table.brushed.current) table.select(new Set())
          table.brushed.current = ids !== undefined
        }}
      />
      <p className="chart-note">
        {[
          'Drag along an axis to select the runs there',
          grouped !== undefined && 'in the colours of the groups',
          ...leftOut(table, runs),
          total > mostRuns && `the first ${mostRuns} of ${plural(total, 'run')}`,
        ]
          .filter((note) => note !== false)
          .join(' · ')}
      </p>
    </>
  )
}
