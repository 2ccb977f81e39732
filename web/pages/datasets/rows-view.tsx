import type { ReactNode } from 'react'
import { operations, type DatasetVersion } from '#contract'
import { Card } from '../../design/card.tsx'
import { formatCount } from '../../design/format.ts'
import { RowGrid } from '../../design/row-grid.tsx'
import { useCaller } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'

const pageRows = 200

/** All rows of a version. A row leads to what it touched. */
export function RowsView({ version }: { version: DatasetVersion }): ReactNode {
  const { dataset: name, version: number, rows: total, schema } = version
  const caller = useCaller()
  return (
    <Card title={`${formatCount(total)} rows of version ${number}`} flush>
      <RowGrid
        label={`Rows of ${name}`}
        total={total}
        columns={schema.map((field) => ({
          name: field.name,
          numeric: field.type === 'number' || field.type === 'integer',
        }))}
        pages={{
          rows: pageRows,
          key: ['datasets', 'datasets.rows', { name, version: number }],
          read: async (page) => {
            const at = { offset: page * pageRows, limit: pageRows }
            return (await caller.call(operations.datasets.rows, { name, version: number, ...at }))
              .rows
          },
        }}
        href={(row) => paths.lineage({ kind: 'row', name, version: number, row })}
        hrefTitle="What this row touched"
      />
    </Card>
  )
}
