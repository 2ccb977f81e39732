import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { operations, type Experiment } from '#contract'
import { describeError } from '../../design/error-state.tsx'
import { useGo } from '../../design/link.tsx'
import { showToast } from '../../design/toast.tsx'
import { useCaller, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { hovered } from '../charts/hovered.ts'
import type { ChartGroups } from '../charts/panel.ts'
import { columnOf, shownColumns, usualColumns, type GridColumn, type Keys } from './columns.ts'
import { directionOf, type HeadActions } from './grid-head.tsx'
import { makeRowStore } from './row-store.ts'
import { groupLooks, runLooks } from './run-colors.ts'
import {
  groupLines,
  groupName,
  groupRow,
  runLines,
  toggled,
  type Line,
  type Lines,
} from './run-lines.ts'
import { useOpenRuns } from './use-open-runs.ts'
import {
  useOpenGroups,
  useRunChanges,
  useRunGroups,
  useRunOrder,
  whichOf,
} from './use-run-order.ts'
import { useView } from './view-state.ts'

const noKeys: Keys = { metrics: [], params: [], tags: [] }
/** Room for a mean with the least and the greatest. */
const spreadWidth = 170
/** As many as the server draws. */
const mostGroupsDrawn = 20
const noOrder = { rows: [], total: 0 }
const noLines: Lines = { count: 0, at: () => undefined }

export type RunTable = ReturnType<typeof useRunTable>

/** What the parts of an experiment's page share: the view, the lines, what is selected and what is in the charts. */
export function useRunTable(experiment: Experiment | undefined, known: readonly Experiment[]) {
  const caller = useCaller()
  const queries = useQueryClient()
  const go = useGo()
  const [view, change] = useView()
  const [selected, select] = useState<ReadonlySet<number>>(new Set())
  const [openGroups, setOpenGroups] = useState<ReadonlySet<string>>(new Set())
  /** Whether what is selected came from a chart. */
  const brushed = useRef(false)

  const id = experiment?.id
  const ids = useMemo(
    () => (id === undefined ? [] : [id, ...view.also.filter((each) => each !== id)]),
    [id, view.also.join(',')],
  )
  const names = useMemo(() => new Map(known.map((each) => [each.id, each.name])), [known])
  const keyRead = useRead(
    operations.table.keys,
    { experiments: ids.join(','), limit: 5000 },
    { enabled: ids.length > 0, keep: true },
  )
  const keys = keyRead.data ?? noKeys
  const chosen = view.columns ?? usualColumns(keys, ids.length > 1)
  const columnKey = `${chosen.join(',')}|${view.pinned.join(',')}`
  const isGrouped = view.group.length > 0
  const columns = useMemo(
    () =>
      shownColumns(chosen, view.pinned).map((column) =>
        isGrouped && column.area === 'metrics'
          ? { ...column, width: Math.max(column.width, spreadWidth) }
          : column,
      ),
    [columnKey, isGrouped],
  )
  const pinned = view.pinned.filter((each) => columnOf(each) !== undefined).length

  const store = useMemo(
    () =>
      makeRowStore(
        (rows, wanted) =>
          caller.call(operations.table.rows, { rows: [...rows], columns: [...wanted] }),
        (error) => showToast('bad', describeError(error).message, describeError(error).hint),
      ),
    [caller],
  )
  const valueColumns = columns.filter((each) => each.area !== 'fact').map((each) => each.id)
  const parts = [...new Set([...valueColumns, ...view.group.filter((each) => each.includes('.'))])]
  useEffect(() => store.setColumns(parts), [store, parts.join(',')])

  const order = useRunOrder(ids, view, true)
  const [openRuns, turnRun] = useOpenRuns(ids.join(','), order.data, order.isPlaceholderData)
  const metrics = columns.filter((each) => each.area === 'metrics').map((each) => each.id)
  const groups = useRunGroups(ids, view, metrics, isGrouped)
  const open = useOpenGroups(ids, view, openGroups)
  const lines = useMemo<Lines>(() => {
    if (isGrouped) {
      const { groups: found } = groups.data ?? { groups: [] }
      return groupLines(found, openGroups, (key) => {
        const own = open.get(key)
        return own === undefined ? undefined : runLines({ rows: own.rows }, openRuns, 1)
      })
    }
    if (order.data === undefined) return noLines
    return runLines(order.data, openRuns)
  }, [isGrouped, groups.data, order.data, openGroups, openRuns, open])

  const changes = useRunChanges()
  const first = useRef(changes)
  useEffect(() => {
    if (first.current === changes) return
    first.current = changes
    store.refresh()
    void queries.invalidateQueries({ queryKey: ['run-table'] })
  }, [changes, store, queries])

  const shownRows = useMemo(() => {
    const top: number[] = []
    if (view.top > 0 && !isGrouped) {
      for (let at = 0; at < lines.count && top.length < view.top; at++) {
        const line = lines.at(at)
        if (line?.kind === 'run') top.push(line.row)
      }
    }
    if (view.top > 0 && isGrouped) top.push(...(order.data?.rows.slice(0, view.top) ?? []))
    return [...new Set([...view.on, ...top])].filter((row) => !view.off.includes(row)).slice(0, 100)
  }, [lines, view.top, view.on, view.off, isGrouped, order.data])
  const grouped = useMemo<ChartGroups | undefined>(
    () =>
      !isGrouped || view.single
        ? undefined
        : {
            by: view.group,
            which: whichOf(ids, view),
            total: groups.data?.total ?? 0,
            list: (groups.data?.groups ?? [])
              .slice(0, Math.min(view.top, mostGroupsDrawn))
              .map(({ values }, index) => ({
                ...{ row: groupRow(index), name: groupName(values), values },
              })),
          },
    [isGrouped, view, ids, groups.data],
  )
  const looks = useMemo(
    () =>
      new Map([
        ...runLooks(shownRows, view.colors),
        ...groupLooks(grouped?.list.map(({ row }) => row) ?? []),
      ]),
    [shownRows, view.colors, grouped],
  )

  const actions = useMemo(
    () => ({
      open: (line: Line) => {
        if (line.kind === 'run') latest.current.turnRun(line.row)
        if (line.kind === 'group') setOpenGroups((before) => toggled(before, line.key))
      },
      go: (line: Line) => {
        if (line.kind === 'group') setOpenGroups((before) => toggled(before, line.key))
        const run = line.kind === 'run' ? store.get(line.row)?.run : undefined
        if (run !== undefined) latest.current.go(paths.run(run.id))
      },
      eye: (row: number) => latest.current.eye(row),
      hover: (row: number | undefined) => hovered.set(row),
    }),
    [store],
  )
  const eye = (row: number) => {
    if (shownRows.includes(row)) {
      change({ on: view.on.filter((each) => each !== row), off: [...new Set([...view.off, row])] })
    } else {
      change({ on: [...new Set([...view.on, row])], off: view.off.filter((each) => each !== row) })
    }
  }
  const latest = useRef({ eye, go, turnRun })
  latest.current = { eye, go, turnRun }

  return {
    view,
    change,
    ids,
    names,
    keys,
    keyTotals: keyRead.data?.total,
    chosen,
    columns,
    pinned,
    store,
    order,
    groups,
    lines,
    selected,
    select,
    all: order.data ?? noOrder,
    shownRows,
    looks,
    ...(grouped && { grouped }),
    brushed,
    colorOf: (row: number) => {
      const look = looks.get(row)
      return look === undefined ? undefined : `var(${look.token})`
    },
    head: headActions(view, chosen, change),
    actions,
  }
}

function headActions(
  view: ReturnType<typeof useView>[0],
  chosen: readonly string[],
  change: ReturnType<typeof useView>[1],
): HeadActions {
  return {
    sort(column: GridColumn, direction) {
      if (column.orderBy === undefined) return
      const now = directionOf(view.order, column)
      // A metric is first asked for its greatest values; the third press gives the usual order back.
      const [one, two] = column.numeric ? (['desc', 'asc'] as const) : (['asc', 'desc'] as const)
      const next = direction ?? (now === undefined ? one : now === one ? two : undefined)
      change({ order: next === undefined ? '' : `${column.orderBy} ${next}` })
    },
    hide: (id) =>
      change({
        columns: chosen.filter((each) => each !== id),
        pinned: view.pinned.filter((each) => each !== id),
      }),
    isPinned: (id) => view.pinned.includes(id),
    pin: (id) =>
      change({
        pinned: view.pinned.includes(id)
          ? view.pinned.filter((each) => each !== id)
          : [...view.pinned, id],
        columns: chosen,
      }),
    resize: (id, width) => change({ widths: { ...view.widths, [id]: width } }),
    place(id, to) {
      const rest = chosen.filter((each) => each !== id)
      const at =
        typeof to === 'string'
          ? chosen.indexOf(id) < chosen.indexOf(to)
            ? rest.indexOf(to) + 1
            : rest.indexOf(to)
          : Math.max(0, Math.min(rest.length, chosen.indexOf(id) + to))
      change({ columns: [...rest.slice(0, at), id, ...rest.slice(at)] })
    },
    group: (id) => change({ group: [...new Set([...view.group, id])].slice(0, 3) }),
  }
}
