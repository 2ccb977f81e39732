import type { ReactNode } from 'react'
import type { PipelineExperiment } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { formatCell, formatNumber } from '../../design/format.ts'
import { columnsOf, nameOf } from './experiment-columns.ts'

interface Row {
  readonly kind: string
  readonly key: string
  readonly from: unknown
  readonly to: unknown
}

/** What differs between two experiments, value by value. */
export function ExperimentComparison(props: {
  from: PipelineExperiment
  to: PipelineExperiment
}): ReactNode {
  const { from, to } = props
  const rows = columnsOf([from, to], true).map(({ kind, key }): Row => ({
    kind: kind === 'metrics' ? 'metric' : 'param',
    key,
    from: from[kind][key],
    to: to[kind][key],
  }))
  const columns: readonly Column<Row>[] = [
    { id: 'kind', header: 'Kind', value: (row) => row.kind },
    { id: 'key', header: 'Name', value: (row) => row.key, pinned: true },
    cellColumn('from', nameOf(from), (row) => row.from),
    cellColumn('to', nameOf(to), (row) => row.to),
    {
      id: 'change',
      header: 'Change',
      numeric: true,
      value: change,
      cell: (row) => {
        const by = change(row)
        return by === undefined ? '—' : `${by > 0 ? '+' : ''}${formatNumber(by)}`
      },
    },
  ]
  return (
    <Card title={`${nameOf(from)} → ${nameOf(to)}`} flush>
      {rows.length === 0 ? (
        <p>They have the same parameters and metrics.</p>
      ) : (
        <DataTable
          label="Comparison"
          rows={rows}
          columns={columns}
          rowId={(row) => `${row.kind} ${row.key}`}
        />
      )}
    </Card>
  )
}

function cellColumn(id: string, header: string, of: (row: Row) => unknown): Column<Row> {
  return {
    id,
    header,
    numeric: true,
    value: (row) => formatCell(of(row)),
    cell: (row) => formatCell(of(row)),
  }
}

function change({ from, to }: Row): number | undefined {
  return typeof from === 'number' && typeof to === 'number' ? to - from : undefined
}
