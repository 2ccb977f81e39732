import { Menu } from '@mantine/core'
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { Icon } from '../../design/icons.tsx'
import { nameColumn, type GridColumn } from './columns.ts'
import type { LineShape } from './grid-line.tsx'

export interface HeadActions {
  readonly sort: (column: GridColumn, direction?: 'asc' | 'desc') => void
  readonly hide: (id: string) => void
  readonly pin: (id: string) => void
  readonly isPinned: (id: string) => boolean
  readonly resize: (id: string, width: number) => void
  /** Puts a column before another, or one place on or back. */
  readonly place: (id: string, to: string | 1 | -1) => void
  readonly group: (id: string) => void
}

interface GridHeadProps {
  readonly shape: LineShape
  readonly order: string
  readonly actions: HeadActions
  readonly widthOf: (column: GridColumn) => number
  readonly allSelected: boolean
  readonly someSelected: boolean
  readonly onSelectAll: (on: boolean) => void
}

export function GridHead(props: GridHeadProps): ReactNode {
  const { shape, allSelected, someSelected } = props
  return (
    <div className="run-head" role="rowgroup" style={{ width: shape.width }}>
      <div className="run-head-row" role="row" aria-rowindex={1}>
        <HeadCell {...props} column={nameColumn} width={shape.nameWidth} held fixed>
          <input
            type="checkbox"
            aria-label="Select all runs"
            ref={(box) => {
              if (box !== null) box.indeterminate = someSelected && !allSelected
            }}
            checked={allSelected}
            onChange={(event) => props.onSelectAll(event.currentTarget.checked)}
          />
        </HeadCell>
        {shape.held.map(([column, width]) => (
          <HeadCell key={column.id} {...props} column={column} width={width} held />
        ))}
        {shape.before > 0 && <div style={{ width: shape.before, flex: 'none' }} />}
        {shape.free.map(([column, width]) => (
          <HeadCell key={column.id} {...props} column={column} width={width} />
        ))}
      </div>
    </div>
  )
}

interface HeadCellProps extends GridHeadProps {
  readonly column: GridColumn
  readonly width: number
  /** Whether it stays at the left. */
  readonly held?: boolean
  /** The first column neither moves nor goes. */
  readonly fixed?: boolean
  readonly children?: ReactNode
}

function HeadCell(props: HeadCellProps): ReactNode {
  const { column, width, held, order, actions, fixed, children } = props
  const [over, setOver] = useState(false)
  const direction = directionOf(order, column)
  return (
    <div
      role="columnheader"
      className={`run-head-cell${held ? ' held' : ''}${column.numeric ? ' numeric' : ''}`}
      style={{ width }}
      aria-sort={
        direction === undefined ? undefined : direction === 'asc' ? 'ascending' : 'descending'
      }
      data-over={over || undefined}
      draggable={!fixed}
      onDragStart={(event) => event.dataTransfer.setData('text/x-column', column.id)}
      onDragOver={(event) => {
        if (fixed || !event.dataTransfer.types.includes('text/x-column')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        const moved = event.dataTransfer.getData('text/x-column')
        if (moved !== '' && moved !== column.id) actions.place(moved, column.id)
      }}
    >
      {children}
      <button
        type="button"
        className="run-sort"
        disabled={column.orderBy === undefined}
        title={`${areaWord[column.area]}${column.name}`}
        onClick={() => actions.sort(column)}
      >
        {column.area !== 'fact' && (
          <small className={`run-area ${column.area}`} aria-hidden="true">
            {column.area.charAt(0).toUpperCase()}
          </small>
        )}
        <span>{column.name}</span>
        {direction !== undefined && <Icon name={direction === 'desc' ? 'down' : 'up'} size={12} />}
      </button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <button type="button" className="run-column-menu" aria-label={`Column ${column.name}`}>
            <Icon name="down" size={12} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <ColumnMenu column={column} actions={actions} fixed={fixed ?? false} />
        </Menu.Dropdown>
      </Menu>
      <Sizer column={column} width={width} onSize={(next) => actions.resize(column.id, next)} />
    </div>
  )
}

const areaWord = { fact: '', metrics: 'Metric ', params: 'Parameter ', tags: 'Tag ' } as const

function ColumnMenu({ column, actions, fixed }: ColumnMenuProps): ReactNode {
  const isGroupable = column.area === 'params' || column.area === 'tags'
  const isKept = ['status', 'user', 'dataset'].includes(column.id)
  return (
    <>
      {column.orderBy !== undefined && (
        <>
          <Menu.Item onClick={() => actions.sort(column, 'asc')}>Sort ascending</Menu.Item>
          <Menu.Item onClick={() => actions.sort(column, 'desc')}>Sort descending</Menu.Item>
        </>
      )}
      {(isGroupable || isKept) && (
        <Menu.Item onClick={() => actions.group(column.id)}>Group by {column.name}</Menu.Item>
      )}
      {!fixed && (
        <>
          <Menu.Divider />
          <Menu.Item onClick={() => actions.pin(column.id)}>
            {actions.isPinned(column.id) ? 'Unpin' : 'Pin to the left'}
          </Menu.Item>
          <Menu.Item onClick={() => actions.place(column.id, -1)}>Move left</Menu.Item>
          <Menu.Item onClick={() => actions.place(column.id, 1)}>Move right</Menu.Item>
          <Menu.Item onClick={() => actions.hide(column.id)}>Hide</Menu.Item>
        </>
      )}
    </>
  )
}

interface ColumnMenuProps {
  readonly column: GridColumn
  readonly actions: HeadActions
  readonly fixed: boolean
}

const least = 60
const most = 900

/** The edge of a column: dragged, or moved by the arrow keys. */
function Sizer({ column, width, onSize }: SizerProps): ReactNode {
  const start = useRef<{ readonly x: number; readonly width: number }>(undefined)
  const clamp = (next: number) => Math.min(most, Math.max(least, Math.round(next)))
  const onMove = (event: PointerEvent) => {
    if (start.current === undefined) return
    onSize(clamp(start.current.width + event.clientX - start.current.x))
  }
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -16, ArrowRight: 16 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onSize(clamp(width + by))
  }
  return (
    <div
      className="run-sizer"
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${column.name}`}
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      draggable
      onDragStart={(event) => {
        event.preventDefault()
        event.stopPropagation()
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = { x: event.clientX, width }
      }}
      onPointerMove={onMove}
      onPointerUp={() => {
        start.current = undefined
      }}
      onKeyDown={onKey}
    />
  )
}

interface SizerProps {
  readonly column: GridColumn
  readonly width: number
  readonly onSize: (width: number) => void
}

/** How a column is sorted by the order in force. */
export function directionOf(order: string, column: GridColumn): 'asc' | 'desc' | undefined {
  if (column.orderBy === undefined) return undefined
  if (order === `${column.orderBy} asc`) return 'asc'
  if (order === `${column.orderBy} desc`) return 'desc'
  return undefined
}
