import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react'
import { useShortcut } from '../../app/shortcuts.tsx'
import { useHovered } from '../charts/hovered.ts'
import type { GridColumn } from './columns.ts'
import { GridHead, type HeadActions } from './grid-head.tsx'
import { GridLine, type LineActions, type LineShape } from './grid-line.tsx'
import type { RowStore } from './row-store.ts'
import { lineKey, type Line, type Lines } from './run-lines.ts'
import { columnWindow, lineHeight, useWindow } from './use-window.ts'

export interface RunGridProps {
  readonly label: string
  readonly lines: Lines
  readonly store: RowStore
  readonly columns: readonly GridColumn[]
  readonly pinned: number
  readonly widths: Readonly<Record<string, number>>
  readonly order: string
  readonly group: readonly string[]
  readonly selected: ReadonlySet<number>
  readonly onSelect: (rows: ReadonlySet<number>) => void
  readonly colorOf: (row: number) => string | undefined
  readonly head: HeadActions
  readonly actions: Omit<LineActions, 'select' | 'activate'>
  /** Rows that stand again at the top of what is selected by all. */
  readonly allRows: readonly number[]
  /** Only names, beside charts. */
  readonly narrow?: boolean
  readonly names: ReadonlyMap<string, string>
}

/** Runs by line, as many as there are; what is in sight is drawn. Arrows move, Space selects, Enter opens, left and right fold. */
export function RunGrid(props: RunGridProps): ReactNode {
  const { lines, store, columns, pinned, widths, selected, onSelect, actions } = props
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  const [active, setActive] = useState(-1)
  const anchor = useRef(-1)
  const seen = useWindow(box, lines.count, lineHeight)
  useStay(box, lines)

  const widthOf = (column: GridColumn) => widths[column.id] ?? column.width
  const shape = useMemo<LineShape>(() => {
    const held = columns.slice(0, pinned)
    const free = columns.slice(pinned)
    const freeWidths = free.map((column) => widths[column.id] ?? column.width)
    const heldWidth = held.reduce((sum, column) => sum + (widths[column.id] ?? column.width), 0)
    const nameWidth = widths.name ?? (props.narrow ? 300 : 280)
    const part = columnWindow(freeWidths, seen.left, seen.width)
    return {
      nameWidth,
      held: held.map((column) => [column, widths[column.id] ?? column.width]),
      free: free
        .slice(part.from, part.to)
        .map((column, index) => [column, freeWidths[part.from + index] ?? column.width]),
      from: part.from,
      before: part.before,
      after: part.after,
      width: nameWidth + heldWidth + freeWidths.reduce((sum, each) => sum + each, 0),
      group: props.group,
      names: props.names,
    }
  }, [columns, pinned, widths, seen.left, seen.width, props.group, props.narrow, props.names])

  const visible: { readonly index: number; readonly line: Line }[] = []
  for (let index = seen.first; index < Math.min(seen.last, lines.count); index++) {
    const line = lines.at(index)
    if (line !== undefined) visible.push({ index, line })
  }
  const slots = Math.max(1, seen.last - seen.first)
  const wanted = visible.flatMap(({ line }) => (line.kind === 'run' ? [line.row] : []))
  const wantedKey = wanted.join(',')
  useEffect(() => store.want(wanted), [store, wantedKey])

  useHovered((row) => {
    const element = box.current
    element?.querySelector('[data-hover]')?.removeAttribute('data-hover')
    if (row !== undefined)
      element?.querySelector(`[data-row="${row}"]`)?.setAttribute('data-hover', '')
  })
  const scrollTo = (index: number) => {
    const element = box.current
    if (element === null) return
    const top = index * lineHeight
    const head = lineHeight + 2
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + lineHeight + head > element.scrollTop + element.clientHeight)
      element.scrollTop = top + lineHeight + head - element.clientHeight
  }
  const move = (to: number) => {
    const next = Math.max(0, Math.min(lines.count - 1, to))
    setActive(next)
    scrollTo(next)
  }
  const toggle = (index: number, range: boolean) => {
    const line = lines.at(index)
    if (line?.kind !== 'run') return
    const next = new Set(selected)
    const isOn = !selected.has(line.row)
    const [low, high] =
      range && anchor.current >= 0
        ? [Math.min(anchor.current, index), Math.max(anchor.current, index)]
        : [index, index]
    for (let at = low; at <= high; at++) {
      const each = lines.at(at)
      if (each?.kind !== 'run') continue
      if (isOn) next.add(each.row)
      else next.delete(each.row)
    }
    anchor.current = index
    onSelect(next)
  }
  const fold = (line: Line, open: boolean) => {
    if (line.kind === 'run' && line.children > 0 && line.open !== open) actions.open(line)
    if (line.kind === 'group' && line.open !== open) actions.open(line)
  }
  const act = useMemo<LineActions>(
    () => ({
      ...actions,
      select: (index, range) => latest.current.toggle(index, range),
      activate: (index) => setActive(index),
    }),
    [actions],
  )
  const latest = useRef({ toggle })
  latest.current = { toggle }

  const onKey = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / lineHeight) - 2)
    const line = lines.at(active)
    const todo: Readonly<Record<string, () => void>> = {
      ArrowDown: () => move(active + 1),
      ArrowUp: () => move(active - 1),
      PageDown: () => move(active + page),
      PageUp: () => move(active - page),
      Home: () => move(0),
      End: () => move(lines.count - 1),
      ' ': () => toggle(active, event.shiftKey),
      Enter: () => line !== undefined && actions.go(line),
      ArrowRight: () => line !== undefined && fold(line, true),
      ArrowLeft: () => line !== undefined && fold(line, false),
      e: () => line?.kind === 'run' && actions.eye(line.row),
    }
    if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      onSelect(new Set(props.allRows))
      return
    }
    const run = event.ctrlKey || event.metaKey || event.altKey ? undefined : todo[event.key]
    if (run === undefined) return
    event.preventDefault()
    run()
  }
  const has = lines.count > 0
  useShortcut('j', 'Next run', () => move(active + 1), { group: 'Lists', enabled: has })
  useShortcut('k', 'Run before', () => move(active - 1), { group: 'Lists', enabled: has })
  useShortcut('x', 'Select the run', () => toggle(active, false), { group: 'Lists', enabled: has })
  const open = () => {
    const line = lines.at(active)
    if (line !== undefined) actions.go(line)
  }
  useShortcut('Enter', 'Open the run', open, { group: 'Lists', enabled: has && active >= 0 })

  return (
    <div
      className="run-grid"
      ref={box}
      role="treegrid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={lines.count + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
      onKeyDown={onKey}
      onClick={(event: MouseEvent) => {
        if (event.target instanceof Element && event.target.closest('button, a, input') === null)
          box.current?.focus({ preventScroll: true })
      }}
    >
      <GridHead
        shape={shape}
        order={props.order}
        actions={props.head}
        widthOf={widthOf}
        allSelected={props.allRows.length > 0 && selected.size >= props.allRows.length}
        someSelected={selected.size > 0}
        onSelectAll={(on) => onSelect(new Set(on ? props.allRows : []))}
      />
      <div
        className="run-grid-body"
        role="rowgroup"
        style={{ height: lines.count * lineHeight, width: shape.width }}
      >
        {visible.map(({ index, line }) => (
          <GridLine
            // By place, not by run: as lines pass, what is drawn is filled anew instead of made anew.
            key={index % slots}
            id={`${id}-${index}`}
            index={index}
            line={line}
            store={store}
            shape={shape}
            fast={seen.fast}
            selected={line.kind === 'run' && selected.has(line.row)}
            active={index === active}
            color={line.kind === 'wait' ? undefined : props.colorOf(line.row)}
            actions={act}
          />
        ))}
      </div>
    </div>
  )
}

/** Keeps the line at the top where it is when lines are added above it. */
function useStay(box: { readonly current: HTMLElement | null }, lines: Lines): void {
  const before = useRef(lines)
  useLayoutEffect(() => {
    const element = box.current
    const was = before.current
    before.current = lines
    if (element === null || was === lines || element.scrollTop < 1) return
    const index = Math.floor(element.scrollTop / lineHeight)
    const line = was.at(index)
    if (line === undefined) return
    const key = lineKey(line)
    const same = lines.at(index)
    if (same !== undefined && lineKey(same) === key) return
    for (let away = 1; away < 2000; away++) {
      for (const at of [index + away, index - away]) {
        const each = at < 0 ? undefined : lines.at(at)
        if (each === undefined || lineKey(each) !== key) continue
        element.scrollTop += (at - index) * lineHeight
        return
      }
    }
  }, [box, lines])
}
