import { useQuery } from '@tanstack/react-query'
import { useMemo, type ReactNode } from 'react'
import { operations, type GroupHistory } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { plural } from '../../design/format.ts'
import { Skeleton } from '../../design/skeleton.tsx'
import { useCaller } from '../../app/api.tsx'
import { groupKey } from '../run-table/run-lines.ts'
import { drawable, numbersOf, smoothed, thinned, type PlotLine } from './drawable.ts'
import { csvOf } from './figure.ts'
import { GroupBars } from './group-bars.tsx'
import { LineFigure } from './line-figure.tsx'
import { frameOf, type LineFrame } from './line-frame.ts'
import { Nothing } from './nothing.tsx'
import type { ChartGroup, PanelProps } from './panel.ts'

interface GroupLine {
  readonly group: ChartGroup
  readonly history: GroupHistory
}

/** A metric of groups of runs: the mean of each at every step, in the range from its least to its greatest. */
export function GroupLines(props: PanelProps): ReactNode {
  const { table, spec, settings, height, figure } = props
  const key = spec.y?.replace(/^metrics\./, '') ?? ''
  const frame = useMemo(() => {
    const own = frameOf(spec, settings)
    // Runs of a group have no common value of another metric to meet at.
    return own.axis.kind === 'metric' ? frameOf({ ...spec, x: 'step' }, settings) : own
  }, [spec, settings])
  const { lines, isLoading, error } = useGroupLines(table.grouped, key, frame)
  const drawn = useMemo(
    () =>
      lines.map(({ group, history }): PlotLine => {
        const look = table.looks.get(group.row)
        return drawable(
          {
            ...{ row: group.row, name: group.name },
            ...{ token: look?.token ?? '--series-8', dashed: look?.dashed ?? false },
            ...{ x: placesOf(history, frame), values: numbersOf(history.mean) },
            ...(history.smooth && { smooth: numbersOf(history.smooth) }),
            range: { low: numbersOf(history.low), high: numbersOf(history.high) },
          },
          frame,
        )
      }),
    [lines, frame, table.looks],
  )
  if (error !== null) return <ErrorState error={error} />
  if (isLoading) return <Skeleton lines={5} />
  if (lines.length === 0) return <Nothing>No run of these groups has logged {key}.</Nothing>
  if (lines.every(({ history }) => history.total === 1)) return <GroupBars {...props} />
  return (
    <LineFigure
      {...{ lines: drawn, frame, height, figure }}
      name={key}
      csv={() => csvOfGroups(lines, key)}
      notes={notesOf(lines, frame)}
    />
  )
}

function useGroupLines(groups: PanelProps['table']['grouped'], key: string, frame: LineFrame) {
  const caller = useCaller()
  const { which, by = [], list = [] } = groups ?? {}
  const input = {
    ...{ experiments: '', ...which, by: by.join(',') },
    ...{ groups: list.map(({ values }) => [...values]), key, points: frame.points },
    ...(frame.smooth === 0 ? {} : { smooth: frame.smooth }),
  }
  const read = useQuery({
    queryKey: ['run-table', 'groupHistories', input],
    queryFn: () => caller.call(operations.table.groupHistories, input),
    enabled: list.length > 0,
    placeholderData: (before) => before,
  })
  const lines = useMemo(() => {
    const found = new Map((read.data?.histories ?? []).map((each) => [groupKey(each.values), each]))
    return list.flatMap((group): readonly GroupLine[] => {
      const history = found.get(groupKey(group.values))
      return history === undefined ? [] : [{ group, history }]
    })
  }, [list, read.data])
  return { lines, isLoading: read.isLoading, error: read.error }
}

function placesOf({ steps, times, elapsed }: GroupHistory, { axis }: LineFrame): readonly number[] {
  if (axis.kind === 'time') return times
  return axis.kind === 'relative' ? elapsed.map((each) => each / 1000) : steps
}

function csvOfGroups(lines: readonly GroupLine[], key: string): string {
  return csvOf(
    ['group', 'runs', 'step', `${key} mean`, `${key} least`, `${key} greatest`],
    lines.flatMap(({ group, history }) =>
      history.steps.map((step, at) => [
        ...[group.name, history.runs, step],
        ...[history.mean[at], history.low[at], history.high[at]],
      ]),
    ),
  )
}

function notesOf(lines: readonly GroupLine[], frame: LineFrame): readonly (string | false)[] {
  const sum = (of: (history: GroupHistory) => number) =>
    lines.reduce((total, { history }) => total + of(history), 0)
  const odd = sum((history) => history.odd)
  const left = sum((history) => history.of - history.runs)
  return [
    'Mean of each group, least to greatest behind it, at each step of the runs that logged it there',
    left > 0 &&
      `${plural(left, 'run')} not in it: without this metric, or older than the 50 newest of a group`,
    smoothed(frame.smooth),
    thinned(
      sum(({ steps }) => steps.length),
      sum(({ total }) => total),
    ),
    odd > 0 && `${plural(odd, 'value')} NaN or infinite`,
  ]
}
