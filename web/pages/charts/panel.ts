import type { RefObject } from 'react'
import type { InputOf, operations, RunGroup } from '#contract'
import type { Keys } from '../run-table/columns.ts'
import type { RunLook } from '../run-table/run-colors.ts'
import type { BoardSettings, ChartSpec } from './chart-spec.ts'
import type { Figure } from './figure.ts'

/** Runs drawn as one. */
export interface ChartGroup {
  /** What charts call it by: below nought, so no run's. */
  readonly row: number
  readonly name: string
  readonly values: RunGroup['values']
}

export interface ChartGroups {
  readonly by: readonly string[]
  readonly which: Pick<InputOf<typeof operations.table.order>, 'experiments' | 'filter' | 'removed'>
  readonly list: readonly ChartGroup[]
  /** How many there are in all. */
  readonly total: number
}

/** Which runs charts are of, and what is chosen among them. Runs are named by the numbers that a table gives them. */
export interface ChartSource {
  readonly keys: Keys
  /** All of a table, in its order. */
  readonly all: { readonly rows: readonly number[]; readonly total: number }
  /** Those that stand in the charts, with the colour of each. */
  readonly shownRows: readonly number[]
  readonly looks: ReadonlyMap<number, RunLook>
  /** Where runs are grouped, the groups that stand in the charts instead. */
  readonly grouped?: ChartGroups
  readonly selected: ReadonlySet<number>
  readonly select: (rows: ReadonlySet<number>) => void
  /** Whether what is selected came from a chart. */
  readonly brushed: { current: boolean }
}

/** What every kind of chart is given. */
export interface PanelProps {
  readonly table: ChartSource
  readonly spec: ChartSpec
  readonly settings: BoardSettings
  readonly height: number
  /** Where it leaves what it can be taken away as. */
  readonly figure: RefObject<Figure | undefined>
}
