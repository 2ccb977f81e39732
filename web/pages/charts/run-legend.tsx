import type { ReactNode } from 'react'
import { hovered } from './hovered.ts'
import { Swatch } from './swatch.tsx'
import type { RunRows } from './use-run-rows.ts'

interface RunLegendProps {
  readonly known: RunRows
  readonly hidden: ReadonlySet<number>
  readonly onHide: (hidden: ReadonlySet<number>) => void
}

/** Which line is which run: pointed at or reached by keyboard it stands out in all charts, pressed it leaves them or comes back. */
export function RunLegend({ known, hidden, onHide }: RunLegendProps): ReactNode {
  const toggle = (row: number) => {
    const next = new Set(hidden)
    if (!next.delete(row)) next.add(row)
    onHide(next)
  }
  return (
    <ul className="run-legend" aria-label="Runs in the charts">
      {known.rows.map(({ id, row, name }) => (
        <li key={id}>
          <button
            type="button"
            aria-pressed={!hidden.has(row)}
            title={hidden.has(row) ? `Show ${name} in the charts` : `Hide ${name} in the charts`}
            onClick={() => toggle(row)}
            onPointerEnter={() => hovered.set(row)}
            onPointerLeave={() => hovered.set(undefined)}
            onFocus={() => hovered.set(row)}
            onBlur={() => hovered.set(undefined)}
          >
            <Swatch look={known.looks.get(row)} />
            <span>{name}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
