import { Button } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import { EmptyState } from '../../design/empty-state.tsx'
import { plural } from '../../design/format.ts'
import { useBoardState, type BoardPlace } from './board-state.ts'
import { BoardTools } from './board-tools.tsx'
import { ChartCard } from './chart-card.tsx'
import { ChartDialog } from './chart-dialog.tsx'
import { moved, titleOf, usualCharts, type ChartSpec } from './chart-spec.ts'
import type { ChartSource } from './panel.ts'
import './charts.css'

/** More cards are made when they are asked for. */
const atOnce = 48

interface ChartBoardProps {
  readonly table: ChartSource
  /** What it shows before anybody has arranged it. */
  readonly usual?: readonly ChartSpec[]
  readonly place?: BoardPlace
  /** What else stands among its tools. */
  readonly tools?: ReactNode
}

const ofAddress: BoardPlace = {}

/** Charts of the runs shown, as somebody has arranged them. */
export function ChartBoard({ table, usual, place = ofAddress, tools }: ChartBoardProps): ReactNode {
  const board = useBoardState(place)
  const [editing, setEditing] = useState<ChartSpec | 'new'>()
  const [most, setMost] = useState(atOnce)
  const { settings } = board
  const first = useMemo(() => usual ?? usualCharts(table.keys), [usual, table.keys])
  const specs = board.charts ?? first
  const part = board.find.toLowerCase()
  const found = specs.filter((spec) => titleOf(spec).toLowerCase().includes(part))
  const keep = board.setCharts
  const put = (spec: ChartSpec) =>
    keep(
      specs.some((each) => each.id === spec.id)
        ? specs.map((each) => (each.id === spec.id ? spec : each))
        : [spec, ...specs],
    )

  return (
    <section className="board" aria-label="Charts">
      <BoardTools board={board} onAdd={() => setEditing('new')}>
        {tools}
      </BoardTools>
      {table.shownRows.length === 0 && (
        <p className="muted small">
          No run is shown: the circle before a run’s name puts it into the charts.
        </p>
      )}
      {found.length === 0 ? (
        <EmptyState
          icon="runs"
          title={
            specs.length === 0 ? 'No metric has been logged yet' : 'No chart is called like that'
          }
        >
          {specs.length === 0
            ? 'A chart of each metric comes here as soon as a run logs one.'
            : 'Write another part of a metric’s name.'}
        </EmptyState>
      ) : (
        <div className="board-grid">
          {found.slice(0, most).map((spec) => (
            <ChartCard
              key={spec.id}
              table={table}
              spec={spec}
              settings={settings}
              onChange={put}
              onEdit={() => setEditing(spec)}
              onRemove={() => keep(specs.filter((each) => each.id !== spec.id))}
              onMove={(by) => keep(moved(specs, spec.id, by))}
              onDrop={(id) => {
                const [from, to] = [id, spec.id].map((each) =>
                  specs.findIndex(({ id: own }) => own === each),
                )
                if (from !== undefined && to !== undefined && from >= 0)
                  keep(moved(specs, id, to - from))
              }}
            />
          ))}
        </div>
      )}
      {found.length > most && (
        <Button variant="default" onClick={() => setMost(most + atOnce)}>
          {plural(found.length - most, 'more chart')}
        </Button>
      )}
      {editing !== undefined && (
        <ChartDialog
          keys={table.keys}
          runs={table}
          spec={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onDone={(spec) => {
            setEditing(undefined)
            put(spec)
          }}
        />
      )}
    </section>
  )
}
