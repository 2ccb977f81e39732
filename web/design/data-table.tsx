import {
  createSortedRowModel,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type RowSelectionState,
} from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState, type ReactNode } from 'react'
import { useShortcut } from '../app/shortcuts.tsx'
import { compareValues } from './compare-values.ts'
import { Icon } from './icons.tsx'
import { useGo } from './link.tsx'

export type SortValue = string | number | boolean | null | undefined

export interface Column<Row> {
  readonly id: string
  readonly header: string
  /** What sorting compares, and what is shown unless `cell` says otherwise. */
  readonly value: (row: Row) => SortValue
  readonly cell?: (row: Row, index: number) => ReactNode
  readonly numeric?: boolean
  /** Stays in sight while the rest scrolls sideways. */
  /** Stays in sight when the table is scrolled sideways: at its begin, or at its end. */
  readonly pinned?: boolean | 'end'
  readonly sortable?: boolean
  readonly headerAside?: ReactNode
}

interface DataTableProps<Row> {
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly rowId: (row: Row, index: number) => string
  /** Where Enter, or a click on the row, leads. */
  readonly href?: (row: Row, index: number) => string | undefined
  readonly selected?: ReadonlySet<string>
  readonly onSelect?: (ids: ReadonlySet<string>) => void
  readonly sort?: { readonly id: string; readonly desc: boolean }
  readonly maxHeight?: number
  /** Called when the end of the rows comes in sight. */
  readonly onEnd?: (() => void) | undefined
}

const features = tableFeatures({
  rowSortingFeature,
  rowSelectionFeature,
  sortedRowModel: createSortedRowModel(),
})

/** Fewer rows than this are all drawn. */
const virtualFrom = 120

/** Rows under sortable columns; j and k move through them, Enter opens, x selects. Many rows are drawn as they come in sight. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { label, rows, columns, rowId, href, selected, onSelect, maxHeight = 640 } = props
  const [active, setActive] = useState(-1)
  const scroll = useRef<HTMLDivElement>(null)
  const go = useGo()
  const data = useMemo(() => rows.map((row, index) => ({ row, index })), [rows])
  const definitions = useMemo(() => columns.map(defineColumn), [columns])
  const selection = useMemo(
    () => Object.fromEntries([...(selected ?? [])].map((id) => [id, true as const])),
    [selected],
  )
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: ({ row, index }) => rowId(row, index),
    state: { rowSelection: selection },
    onRowSelectionChange: (update) => {
      const next = typeof update === 'function' ? update(selection) : update
      onSelect?.(chosenIds(next))
    },
    initialState: { sorting: props.sort === undefined ? [] : [props.sort] },
  })
  const shown = table.getRowModel().rows
  const many = shown.length > virtualFrom
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 38,
    overscan: 12,
    enabled: many,
    onChange: (instance) => {
      const last = instance.range?.endIndex ?? 0
      if (last >= shown.length - 20) props.onEnd?.()
    },
  })
  const items = many ? virtual.getVirtualItems() : undefined
  const before = items?.[0]?.start ?? 0
  const after = items === undefined ? 0 : virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  const visible = (items?.map((item) => item.index) ?? shown.map((_, index) => index)).flatMap(
    (position) => {
      const row = shown[position]
      return row === undefined ? [] : [{ row, position }]
    },
  )

  const move = (step: number) => {
    const next = Math.max(0, Math.min(shown.length - 1, active + step))
    setActive(next)
    if (many) virtual.scrollToIndex(next)
    else
      scroll.current
        ?.querySelector(`tr[data-position="${next}"]`)
        ?.scrollIntoView?.({ block: 'nearest' })
  }
  const open = () => {
    const row = shown[active]?.original
    const to = row === undefined ? undefined : href?.(row.row, row.index)
    if (to !== undefined) go(to)
  }
  const has = shown.length > 0
  useShortcut('j', 'Next row', () => move(1), { group: 'Lists', enabled: has })
  useShortcut('k', 'Previous row', () => move(-1), { group: 'Lists', enabled: has })
  useShortcut('Enter', 'Open the row', open, {
    group: 'Lists',
    enabled: has && href !== undefined && active >= 0,
  })
  useShortcut('x', 'Select the row', () => shown[active]?.toggleSelected(), {
    group: 'Lists',
    enabled: has && onSelect !== undefined,
  })

  return (
    <div
      className="grid-scroll"
      ref={scroll}
      tabIndex={0}
      role="region"
      aria-label={label}
      style={many ? { maxHeight, overflowY: 'auto' } : undefined}
    >
      <table className="grid" aria-rowcount={shown.length + 1}>
        <caption className="unseen">{label}</caption>
        <thead>
          <tr>
            {onSelect !== undefined && (
              <th className="tick">
                <input
                  type="checkbox"
                  aria-label="Select all"
                  checked={table.getIsAllRowsSelected()}
                  onChange={(event) => table.toggleAllRowsSelected(event.target.checked)}
                />
              </th>
            )}
            {table.getFlatHeaders().map((header, index) => {
              const column = columns[index]
              if (column === undefined) return null
              const sorted = header.column.getIsSorted()
              return (
                <th
                  key={header.id}
                  scope="col"
                  className={classOf(column)}
                  aria-sort={
                    sorted === false ? undefined : sorted === 'desc' ? 'descending' : 'ascending'
                  }
                >
                  {column.sortable === false ? (
                    column.header
                  ) : (
                    <button type="button" onClick={() => header.column.toggleSorting()}>
                      {column.header}
                      <Icon
                        name={sorted === false ? 'sort' : sorted === 'desc' ? 'down' : 'up'}
                        size={12}
                      />
                    </button>
                  )}
                  {column.headerAside}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
          {visible.map(({ row, position }) => {
            const { row: data, index } = row.original
            const to = href?.(data, index)
            return (
              <tr
                key={row.id}
                data-position={position}
                data-active={position === active || undefined}
                data-link={to !== undefined || undefined}
                aria-selected={onSelect === undefined ? undefined : row.getIsSelected()}
                onClick={(event) => {
                  if (to === undefined || isControl(event.target)) return
                  go(to)
                }}
              >
                {onSelect !== undefined && (
                  <td className="tick">
                    <input
                      type="checkbox"
                      aria-label={`Select ${row.id}`}
                      checked={row.getIsSelected()}
                      onChange={row.getToggleSelectedHandler()}
                    />
                  </td>
                )}
                {columns.map((column) => (
                  <td key={column.id} className={classOf(column)}>
                    {column.cell?.(data, index) ?? shownValue(column.value(data))}
                  </td>
                ))}
              </tr>
            )
          })}
          {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  )
}

type Indexed<Row> = { row: Row; index: number }

function defineColumn<Row>(column: Column<Row>): ColumnDef<typeof features, Indexed<Row>> {
  return {
    id: column.id,
    header: column.header,
    accessorFn: ({ row }) => column.value(row) ?? undefined,
    sortFn: (a, b, id) => compareValues(a.getValue<SortValue>(id), b.getValue<SortValue>(id)),
    sortUndefined: 'last',
    enableSorting: column.sortable !== false,
    sortDescFirst: column.numeric === true,
  }
}

function chosenIds(state: RowSelectionState): ReadonlySet<string> {
  return new Set(Object.keys(state).filter((id) => state[id] === true))
}

function classOf<Row>(column: Column<Row>): string | undefined {
  const names = [
    column.numeric ? 'numeric' : '',
    column.pinned === 'end' ? 'pinned-end' : column.pinned ? 'pinned' : '',
  ]
  return names.join(' ').trim() || undefined
}

function shownValue(value: SortValue): ReactNode {
  if (value === null || value === undefined || value === '') return <span className="muted">—</span>
  return String(value)
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, label, select') !== null
}
