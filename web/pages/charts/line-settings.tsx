import { Autocomplete, NumberInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { axisNames, type ChartSpec, type XAxis } from './chart-spec.ts'

const asBoard = 'As the board'

const most = 500

interface LineSettingsProps {
  readonly spec: ChartSpec
  readonly metrics: readonly string[]
  readonly onChange: (
    name: 'x' | 'smooth' | 'yFrom' | 'yTo',
    value: string | number | undefined,
  ) => void
}

/** What a line may have of its own: what it runs over, its smoothing, and where its vertical axis ends. */
export function LineSettings({ spec, metrics, onChange }: LineSettingsProps): ReactNode {
  const end = (label: string, name: 'yFrom' | 'yTo') => (
    <NumberInput
      label={label}
      className="grow"
      placeholder="With the values"
      value={spec[name] ?? ''}
      onChange={(value) => onChange(name, typeof value === 'number' ? value : undefined)}
    />
  )
  return (
    <>
      <Autocomplete
        label="Across"
        limit={most}
        maxDropdownHeight={260}
        placeholder={asBoard}
        data={[...Object.entries(axisNames).map(([, name]) => name), ...metrics]}
        defaultValue={spec.x === undefined ? '' : (axisNames[spec.x as XAxis] ?? spec.x)}
        onChange={(text) => onChange('x', axisOf(text, metrics))}
      />
      <NumberInput
        label="Smoothing"
        description="Of this chart alone, from 0 to 0.98"
        placeholder={asBoard}
        min={0}
        max={0.98}
        step={0.02}
        value={spec.smooth ?? ''}
        onChange={(value) => onChange('smooth', typeof value === 'number' ? value : undefined)}
      />
      <div className="line">
        {end('Up from', 'yFrom')}
        {end('Up to', 'yTo')}
      </div>
    </>
  )
}

/** An axis by its name, or a metric; the board's where it is neither. */
function axisOf(text: string, metrics: readonly string[]): string | undefined {
  const axis = Object.entries(axisNames).find(([, name]) => name === text)?.[0]
  return axis ?? (metrics.includes(text) ? text : undefined)
}
