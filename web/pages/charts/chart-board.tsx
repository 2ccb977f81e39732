import { Button, NativeSelect, Slider, Switch, TextInput } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import { EmptyState } from '../../design/empty-state.tsx'
import { plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { useSearchState } from '../../app/search-state.ts'
import { ChartCard } from './chart-card.tsx'
import { ChartDialog } from './chart-dialog.tsx'
import {
  moved,
  readCharts,
  titleOf,
  usualCharts,
  type BoardSettings,
  type ChartSpec,
  type XAxis,
} from './chart-spec.ts'
import type { ChartSource } from './panel.ts'
import './charts.css'

/** More cards are made when they are asked for. */
const atOnce = 48

/** Charts of the runs shown; their arrangement is in the address. */
export function ChartBoard({ table, first = noCharts }: ChartBoardProps): ReactNode {
  const [search, setSearch] = useSearchState()
  const [editing, setEditing] = useState<ChartSpec | 'new'>()
  const [most, setMost] = useState(atOnce)
  const settings = useMemo<BoardSettings>(
    () => ({
      axis: ['time', 'relative'].includes(search.axis ?? '') ? (search.axis as XAxis) : 'step',
      smooth: readSmooth(search.smooth),
      logX: search.logx === '1',
      logY: search.logy === '1',
    }),
    [search.axis, search.smooth, search.logx, search.logy],
  )
  const own = useMemo(() => readCharts(search.charts), [search.charts])
  const usual = useMemo(() => [...first, ...usualCharts(table.keys)], [first, table.keys])
  const specs = own ?? usual
  const part = (search.find ?? '').toLowerCase()
  const found = specs.filter((spec) => titleOf(spec).toLowerCase().includes(part))
  const keep = (next: readonly ChartSpec[]) => setSearch({ charts: JSON.stringify(next) })
  const put = (spec: ChartSpec) =>
    keep(
      specs.some((each) => each.id === spec.id)
        ? specs.map((each) => (each.id === spec.id ? spec : each))
        : [spec, ...specs],
    )

  return (
    <section className="board" aria-label="Charts">
      <div className="board-tools">
        <TextInput
          size="xs"
          aria-label="Find a chart"
          placeholder="Find a chart"
          leftSection={<Icon name="search" size={13} />}
          value={search.find ?? ''}
          onChange={(event) => setSearch({ find: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          aria-label="Horizontal axis"
          value={settings.axis}
          onChange={(event) =>
            setSearch({
              axis: event.currentTarget.value === 'step' ? undefined : event.currentTarget.value,
            })
          }
          data={[
            { value: 'step', label: 'By step' },
            { value: 'time', label: 'By time' },
            { value: 'relative', label: 'By time since start' },
          ]}
        />
        <Smoothing
          key={settings.smooth}
          value={settings.smooth}
          onChange={(smooth) => setSearch({ smooth: smooth === 0 ? undefined : String(smooth) })}
        />
        <Switch
          size="xs"
          label="Log x"
          checked={settings.logX}
          onChange={() => setSearch({ logx: settings.logX ? undefined : '1' })}
        />
        <Switch
          size="xs"
          label="Log y"
          checked={settings.logY}
          onChange={() => setSearch({ logy: settings.logY ? undefined : '1' })}
        />
        <span className="grow" />
        {own !== undefined && (
          <Button size="xs" variant="subtle" onClick={() => setSearch({ charts: undefined })}>
            As usual
          </Button>
        )}
        <Button
          size="xs"
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => setEditing('new')}
        >
          Add chart
        </Button>
      </div>
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

const noCharts: readonly ChartSpec[] = []

interface ChartBoardProps {
  readonly table: ChartSource
  /** What stands before the usual charts. */
  readonly first?: readonly ChartSpec[]
}

function readSmooth(text: string | undefined): number {
  const value = Number(text ?? 0)
  return value > 0 && value < 1 ? value : 0
}

const strongest = 0.98

/** The slider moves at once; the charts follow when it rests. */
function Smoothing({ value, onChange }: SmoothingProps): ReactNode {
  const [now, setNow] = useState(value)
  return (
    <div className="smoothing">
      <span id="smoothing-name">Smoothing {now === 0 ? 'off' : now}</span>
      <Slider
        size="sm"
        thumbProps={{ 'aria-labelledby': 'smoothing-name' }}
        label={null}
        min={0}
        max={strongest}
        step={0.02}
        value={now}
        onChange={setNow}
        onChangeEnd={(end) => onChange(Number(end.toFixed(2)))}
      />
    </div>
  )
}

interface SmoothingProps {
  readonly value: number
  readonly onChange: (value: number) => void
}
