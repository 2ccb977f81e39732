import type { DriftReport } from '#contract'
import { holm } from '#stats'
import { column, findColumn, type Table } from '#table'
import { columnDrift } from './column-drift.ts'

export interface DriftRequest {
  readonly reference: Table
  readonly current: Table
  readonly columns: readonly string[]
  /** Chance of a false alarm this look may spend. */
  readonly alpha: number
  /** The peer's share of drifted columns that makes a dataset drifted. */
  readonly shareThreshold: number
}

export type DriftFindings = Pick<
  DriftReport,
  | 'referenceRows'
  | 'currentRows'
  | 'columns'
  | 'driftedColumns'
  | 'driftedShare'
  | 'drifted'
  | 'summary'
  | 'peer'
>

/** Compares a window with the reference, column by column, and decides: any column that drifted after Holm's correction makes the window drifted. */
export function driftFindings(request: DriftRequest): DriftFindings {
  const { reference, current, alpha, shareThreshold } = request
  const names = request.columns.filter(
    (name) => findColumn(reference, name) && findColumn(current, name),
  )
  const raw = names.map((name) => columnDrift(column(reference, name), column(current, name)))
  const adjusted = holm(raw.map((each) => each.pValue))
  const columns = raw.map((each, i) => ({
    ...each,
    pValue: adjusted[i] ?? 1,
    threshold: alpha,
    drifted: (adjusted[i] ?? 1) <= alpha,
  }))
  const drifted = columns.filter((each) => each.drifted)
  const peerDrifted = columns.filter((each) => each.peer.drifted)
  const share = columns.length === 0 ? 0 : drifted.length / columns.length
  const peerShare = columns.length === 0 ? 0 : peerDrifted.length / columns.length
  return {
    referenceRows: reference.length,
    currentRows: current.length,
    columns,
    driftedColumns: drifted.length,
    driftedShare: share,
    drifted: drifted.length > 0,
    summary: summaryOf(
      drifted.map((each) => each.column),
      columns.length,
      current.length,
    ),
    peer: {
      name: 'Evidently',
      driftedColumns: peerDrifted.length,
      share: peerShare,
      shareThreshold,
      drifted: peerShare >= shareThreshold,
      summary: `Evidently’s default rule: ${peerDrifted.length} of ${columns.length} columns drifted, dataset ${peerShare >= shareThreshold ? 'drifted' : 'not drifted'} (threshold ${shareThreshold}).`,
    },
  }
}

function summaryOf(names: readonly string[], columns: number, rows: number): string {
  if (names.length === 0)
    return `None of ${columns} columns moved more than chance explains in ${rows} rows.`
  const list =
    names.length > 4
      ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`
      : names.join(', ')
  return `${names.length} of ${columns} columns moved: ${list}.`
}
