import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { SpanLine } from '#contract'
import { Icon } from '../../design/icons.tsx'
import { scrollToLine } from '../../design/scroll-to-line.ts'
import { spanTime } from './span-time.ts'
import { openLines, spanTree } from './span-tree.ts'
import { spanToken } from './trace-state.ts'

interface WaterfallProps {
  readonly spans: readonly SpanLine[]
  /** Milliseconds. */
  readonly duration: number
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

const linePx = 32
const quarters = [0, 0.25, 0.5, 0.75, 1]

/** Spans as a tree beside their time. Arrow keys move, left and right close and open; only lines in sight are drawn. */
export function Waterfall({ spans, duration, chosen, onChoose }: WaterfallProps): ReactNode {
  const scroll = useRef<HTMLDivElement>(null)
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const tree = useMemo(() => spanTree(spans), [spans])
  const lines = useMemo(() => openLines(tree, closed), [tree, closed])
  const span = Math.max(duration, ...spans.slice(0, 1).map((each) => each.duration ?? 0), 1e-3)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => linePx,
    overscan: 10,
    initialRect: { width: 800, height: 600 },
  })
  const at = Math.max(
    0,
    lines.findIndex((line) => line.span.id === chosen),
  )

  const toggle = (id: string, close: boolean) => {
    const next = new Set(closed)
    if (close) next.add(id)
    else next.delete(id)
    setClosed(next)
  }
  const moveTo = (index: number) => {
    const to = Math.max(0, Math.min(lines.length - 1, index))
    const line = lines[to]
    if (line === undefined) return
    onChoose(line.span.id)
    scrollToLine(scroll.current, to, linePx)
  }
  const onKey = (event: KeyboardEvent) => {
    const line = lines[at]
    if (line === undefined) return
    const { id, parent } = line.span
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(at + 1),
      ArrowUp: () => moveTo(at - 1),
      Home: () => moveTo(0),
      End: () => moveTo(lines.length - 1),
      ArrowRight: () => (closed.has(id) ? toggle(id, false) : moveTo(at + 1)),
      ArrowLeft: () => {
        if (line.below > 0 && !closed.has(id)) toggle(id, true)
        else moveTo(lines.findIndex((each) => each.span.id === parent))
      },
    }
    const run = keys[event.key]
    if (run === undefined) return
    event.preventDefault()
    run()
  }

  return (
    <div className="waterfall">
      <div className="waterfall-head" aria-hidden="true">
        <span>Span</span>
        <span className="waterfall-scale">
          {quarters.map((part) => (
            <span key={part} style={{ left: `${part * 100}%` }}>
              {part === 0 ? '0' : spanTime(span * part)}
            </span>
          ))}
        </span>
      </div>
      <div
        className="waterfall-scroll"
        ref={scroll}
        role="tree"
        aria-label="Spans"
        tabIndex={0}
        aria-activedescendant={lines[at] === undefined ? undefined : `span-${lines[at].span.id}`}
        onKeyDown={onKey}
      >
        <div role="none" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const line = lines[index]
            if (line === undefined) return null
            const { span: each, depth, below } = line
            const took = each.duration ?? Math.max(0, span - each.start)
            return (
              <div
                key={each.id}
                id={`span-${each.id}`}
                role="treeitem"
                className="waterfall-line"
                aria-level={depth + 1}
                aria-selected={each.id === chosen}
                {...(below > 0 ? { 'aria-expanded': !closed.has(each.id) } : {})}
                style={{ top: start, height: linePx }}
                onClick={() => onChoose(each.id)}
              >
                <span
                  className="waterfall-name"
                  style={{ paddingLeft: Math.min(depth, 24) * 14 + 4 }}
                  title={each.name}
                >
                  <span
                    className="waterfall-toggle"
                    onClick={(event) => {
                      if (below === 0) return
                      event.stopPropagation()
                      toggle(each.id, !closed.has(each.id))
                    }}
                  >
                    {below > 0 && (
                      <Icon name={closed.has(each.id) ? 'chevron' : 'down'} size={12} />
                    )}
                  </span>
                  {each.state === 'error' && (
                    <span className="waterfall-bad">
                      <Icon name="bad" size={13} />
                      <span className="unseen">failed</span>
                    </span>
                  )}
                  <span className="waterfall-text">{each.name}</span>
                  {closed.has(each.id) && <span className="muted small">+{below}</span>}
                  {each.kind !== undefined && (
                    <span className="waterfall-kind">{each.kind.toLowerCase()}</span>
                  )}
                </span>
                <span className="waterfall-track">
                  <span
                    className="waterfall-bar"
                    data-open={each.duration === undefined || undefined}
                    style={{
                      left: `${Math.min(100, (each.start / span) * 100)}%`,
                      width: `${Math.min(100, (took / span) * 100)}%`,
                      background: `var(${spanToken(each)})`,
                    }}
                  />
                </span>
                <span className="waterfall-took">
                  {each.duration === undefined ? '…' : spanTime(each.duration)}
                </span>
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
