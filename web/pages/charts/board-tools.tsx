import { Button, NativeSelect, Slider, Switch, TextInput } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'
import { Icon } from '../../design/icons.tsx'
import type { BoardState } from './board-state.ts'
import { axisNames, type XAxis } from './chart-spec.ts'

interface BoardToolsProps {
  readonly board: BoardState
  readonly onAdd: () => void
  /** What else there is to choose. */
  readonly children?: ReactNode
}

/** What holds of all charts of a board: which are looked for, their axes and their smoothing. */
export function BoardTools({ board, onAdd, children }: BoardToolsProps): ReactNode {
  const { settings, set } = board
  return (
    <div className="board-tools">
      <TextInput
        size="xs"
        aria-label="Find a chart"
        placeholder="Find a chart"
        leftSection={<Icon name="search" size={13} />}
        value={board.find}
        onChange={(event) => board.setFind(event.currentTarget.value)}
      />
      <NativeSelect
        size="xs"
        aria-label="Horizontal axis"
        value={settings.axis}
        onChange={(event) => set({ axis: event.currentTarget.value as XAxis })}
        data={Object.entries(axisNames).map(([value, name]) => ({
          value,
          label: `By ${name.toLowerCase()}`,
        }))}
      />
      <Smoothing value={settings.smooth} onChange={(smooth) => set({ smooth })} />
      <Switch
        size="xs"
        label="Log x"
        checked={settings.logX}
        onChange={() => set({ logX: !settings.logX })}
      />
      <Switch
        size="xs"
        label="Log y"
        checked={settings.logY}
        onChange={() => set({ logY: !settings.logY })}
      />
      {children}
      <span className="grow" />
      {board.charts !== undefined && (
        <Button size="xs" variant="subtle" onClick={() => board.setCharts(undefined)}>
          As usual
        </Button>
      )}
      <Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={onAdd}>
        Add chart
      </Button>
    </div>
  )
}

const strongest = 0.98

/** The slider moves at once; the charts follow when it rests. */
function Smoothing({ value, onChange }: SmoothingProps): ReactNode {
  const [now, setNow] = useState(value)
  useEffect(() => setNow(value), [value])
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
