import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import type { Keys } from '../run-table/columns.ts'
import { useRunChanges } from '../run-table/use-run-order.ts'
import type { BoardPlace } from './board-state.ts'
import { ChartBoard } from './chart-board.tsx'
import type { ChartSpec } from './chart-spec.ts'
import type { ChartSource } from './panel.ts'
import { RunLegend } from './run-legend.tsx'
import type { RunRows } from './use-run-rows.ts'

interface RunsBoardProps {
  readonly known: RunRows
  readonly keys: Keys
  readonly usual: readonly ChartSpec[]
  readonly place?: BoardPlace
}

/** Charts of some runs that are known by name, which follow them while they go on. */
export function RunsBoard({ known, keys, usual, place }: RunsBoardProps): ReactNode {
  const [selected, select] = useState<ReadonlySet<number>>(new Set())
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set())
  const brushed = useRef(false)
  useFollowed()
  const { rows, looks } = known
  const source = useMemo<ChartSource>(() => {
    const shown = rows.map(({ row }) => row).filter((row) => !hidden.has(row))
    return {
      keys,
      all: { rows: shown, total: shown.length },
      shownRows: shown,
      ...{ looks, selected, select, brushed },
    }
  }, [keys, rows, looks, hidden, selected])
  return (
    <>
      {rows.length > 1 && <RunLegend known={known} hidden={hidden} onHide={setHidden} />}
      <ChartBoard table={source} usual={usual} {...(place && { place })} />
    </>
  )
}

/** Reads charts again as runs change, at the pace of tables. */
function useFollowed(): void {
  const queries = useQueryClient()
  const changes = useRunChanges()
  const seen = useRef(changes)
  useEffect(() => {
    if (seen.current === changes) return
    seen.current = changes
    void queries.invalidateQueries({ queryKey: ['run-table'] })
  }, [changes, queries])
}
