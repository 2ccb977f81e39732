import type { ReactNode } from 'react'
import { ErrorState } from '../../design/error-state.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { Bars } from './bars.tsx'
import { csvOf } from './figure.ts'
import { Nothing } from './nothing.tsx'
import type { PanelProps } from './panel.ts'
import { useGroupSpreads } from './use-group-spreads.ts'

/** The mean of the last values of a metric in each group of runs, with the least and the greatest. */
export function GroupBars({ table, spec, height, figure }: PanelProps): ReactNode {
  const column = spec.y ?? ''
  const key = column.replace(/^metrics\./, '')
  const { groups, isLoading, error } = useGroupSpreads(table.grouped, [column])
  const found = groups
    .flatMap(({ group, metrics }) => {
      const spread = metrics[key]
      return spread === undefined ? [] : [{ group, spread }]
    })
    .toSorted((a, b) => b.spread.mean - a.spread.mean)
  if (error !== null) return <ErrorState error={error} />
  if (isLoading) return <Skeleton lines={5} />
  if (found.length === 0) return <Nothing>No run of these groups has a value of {key}.</Nothing>
  return (
    <Bars
      {...{ height, figure }}
      looks={table.looks}
      name={key}
      kind="group"
      notes={['Mean of each group; whiskers to its least and greatest']}
      bars={found.map(({ group, spread: { count, mean, min, max } }) => ({
        ...{ row: group.row, name: group.name, value: mean },
        of: { runs: count, low: min, high: max },
      }))}
      csv={() =>
        csvOf(
          ['group', 'runs', `${key} mean`, `${key} least`, `${key} greatest`],
          found.map(({ group, spread: { count, mean, min, max } }) => [
            ...[group.name, count],
            ...[mean, min, max],
          ]),
        )
      }
    />
  )
}
