import { memo, useSyncExternalStore, type ReactNode } from 'react'
import { formatCount } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { paths } from '../../app/paths.ts'
import { notSet, type GridColumn } from './columns.ts'
import { GroupCell, RunCell } from './grid-cell.tsx'
import type { RowStore } from './row-store.ts'
import { groupName, type Line } from './run-lines.ts'
import { lineHeight } from './use-window.ts'

type Sized = readonly (readonly [GridColumn, number])[]

/** How every line is laid out: what is held at the left, and the part of the rest that is in sight. */
export interface LineShape {
  readonly nameWidth: number
  readonly held: Sized
  readonly free: Sized
  /** The place of the first free column drawn among the free ones. */
  readonly from: number
  readonly before: number
  readonly after: number
  readonly width: number
  readonly group: readonly string[]
  /** Experiments by identifier. */
  readonly names: ReadonlyMap<string, string>
}

export interface LineActions {
  readonly select: (index: number, range: boolean) => void
  readonly activate: (index: number) => void
  readonly open: (line: Line) => void
  readonly go: (line: Line) => void
  readonly eye: (row: number) => void
  readonly hover: (row: number | undefined) => void
}

interface GridLineProps {
  readonly id: string
  readonly index: number
  readonly line: Line
  readonly store: RowStore
  readonly shape: LineShape
  readonly fast: boolean
  readonly selected: boolean
  readonly active: boolean
  /** The colour of its line in the charts; none for what they do not show. */
  readonly color: string | undefined
  readonly actions: LineActions
}

export const GridLine = memo(function GridLine(props: GridLineProps): ReactNode {
  const { id, index, line, shape, selected, active, actions } = props
  return (
    <div
      className="run-line"
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={line.kind === 'run' ? selected : undefined}
      aria-expanded={
        line.kind === 'wait' || (line.kind === 'run' && line.children === 0) ? undefined : line.open
      }
      data-active={active || undefined}
      data-row={line.kind === 'wait' ? undefined : line.row}
      data-kind={line.kind}
      style={{ transform: `translateY(${index * lineHeight}px)`, width: shape.width }}
      onClick={() => actions.activate(index)}
      onDoubleClick={() => actions.go(line)}
      onPointerEnter={() => actions.hover(line.kind === 'wait' ? undefined : line.row)}
      onPointerLeave={() => actions.hover(undefined)}
    >
      {props.fast && line.kind !== 'group' ? (
        <div className="run-cell name" role="gridcell" style={{ width: shape.nameWidth }}>
          <span className="run-waits" />
        </div>
      ) : (
        line.kind === 'run' && <RunCells {...props} line={line} />
      )}
      {line.kind === 'group' && <GroupCells {...props} line={line} />}
      {line.kind === 'wait' && !props.fast && (
        <div className="run-cell name" role="gridcell" style={{ width: shape.nameWidth }}>
          <span className="muted">Reading …</span>
        </div>
      )}
    </div>
  )
})

type RunLine = Extract<Line, { kind: 'run' }>

function RunCells(props: GridLineProps & { readonly line: RunLine }): ReactNode {
  const { line, store, shape, index, selected, color, actions } = props
  const record = useSyncExternalStore(
    (listener) => store.subscribe(line.row, listener),
    () => store.get(line.row),
  )
  const name = record?.run.name ?? ''
  return (
    <>
      <div
        className="run-cell name"
        role="gridcell"
        style={{ width: shape.nameWidth, paddingLeft: 12 + line.depth * 18 }}
      >
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select ${name}`}
          checked={selected}
          onChange={() => {}}
          onClick={(event) => {
            event.stopPropagation()
            actions.select(index, event.shiftKey)
          }}
        />
        <button
          type="button"
          tabIndex={-1}
          className="run-eye"
          aria-pressed={color !== undefined}
          aria-label={`Show ${name} in charts`}
          title={color === undefined ? 'Show in charts (e)' : 'Hide in charts (e)'}
          onClick={() => actions.eye(line.row)}
        >
          <i style={color === undefined ? undefined : { background: color, borderColor: color }} />
        </button>
        {line.children > 0 && (
          <Fold open={line.open} name={name} onClick={() => actions.open(line)} />
        )}
        {record === undefined ? (
          <span className="run-waits" />
        ) : (
          <Link href={paths.run(record.run.id)} tabIndex={-1} className="run-name" title={name}>
            {name}
          </Link>
        )}
        {line.children > 0 && <span className="tag small">{formatCount(line.children)}</span>}
      </div>
      <Cells
        shape={shape}
        cell={(column) => <RunCell column={column} record={record} names={shape.names} />}
      />
    </>
  )
}

type GroupLine = Extract<Line, { kind: 'group' }>

function GroupCells(props: GridLineProps & { readonly line: GroupLine }): ReactNode {
  const { line, shape, color, actions } = props
  const { group } = line
  const name = groupName(group.values)
  return (
    <>
      <div className="run-cell name" role="gridcell" style={{ width: shape.nameWidth }}>
        <Fold open={line.open} name={name} onClick={() => actions.open(line)} />
        {color !== undefined && <i className="run-group-color" style={{ background: color }} />}
        <span className="run-group-name">
          {group.values.map((value, index) => (
            <span key={index} title={shape.group[index]}>
              <small className="muted">{shape.group[index]?.replace(/^\w+\./, '')}</small>{' '}
              <strong>{value ?? notSet}</strong>
            </span>
          ))}
        </span>
        <span className="tag small">{formatCount(group.runs)}</span>
      </div>
      <Cells shape={shape} cell={(column) => <GroupCell column={column} group={group} />} />
    </>
  )
}

function Cells({ shape, cell }: CellsProps): ReactNode {
  return (
    <>
      {shape.held.map(([column, width], index) => (
        <div
          key={column.id}
          role="gridcell"
          aria-colindex={index + 2}
          className={column.numeric ? 'run-cell held numeric' : 'run-cell held'}
          style={{ width }}
        >
          {cell(column)}
        </div>
      ))}
      {shape.before > 0 && <div style={{ width: shape.before, flex: 'none' }} />}
      {shape.free.map(([column, width], index) => (
        <div
          key={column.id}
          role="gridcell"
          aria-colindex={shape.held.length + shape.from + index + 2}
          className={column.numeric ? 'run-cell numeric' : 'run-cell'}
          style={{ width }}
        >
          {cell(column)}
        </div>
      ))}
    </>
  )
}

interface CellsProps {
  readonly shape: LineShape
  readonly cell: (column: GridColumn) => ReactNode
}

function Fold({ open, name, onClick }: FoldProps): ReactNode {
  return (
    <button
      type="button"
      tabIndex={-1}
      className="run-fold"
      aria-label={`${open ? 'Close' : 'Open'} ${name}`}
      onClick={onClick}
    >
      <Icon name={open ? 'down' : 'chevron'} size={13} />
    </button>
  )
}

interface FoldProps {
  readonly open: boolean
  readonly name: string
  readonly onClick: () => void
}
