import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Dataset } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatBytes, formatCount } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'
import { ImportDialog } from './import-dialog.tsx'
import { ValidationPill } from './validation-pill.tsx'
import './datasets.css'

const columns: readonly Column<Dataset>[] = [
  {
    id: 'name',
    header: 'Dataset',
    value: (each) => each.name,
    cell: (each) => <Link href={paths.dataset(each.name)}>{each.name}</Link>,
    pinned: true,
  },
  { id: 'versions', header: 'Versions', value: (each) => each.versions, numeric: true },
  {
    id: 'rows',
    header: 'Rows',
    value: (each) => each.latest.rows,
    cell: (each) => formatCount(each.latest.rows),
    numeric: true,
  },
  {
    id: 'columns',
    header: 'Columns',
    value: (each) => each.latest.schema.length,
    numeric: true,
  },
  {
    id: 'bytes',
    header: 'Size',
    value: (each) => each.latest.bytes,
    cell: (each) => formatBytes(each.latest.bytes),
    numeric: true,
  },
  {
    id: 'rules',
    header: 'Rules',
    value: (each) => each.latest.validation?.passed,
    cell: (each) => <ValidationPill report={each.latest.validation} />,
  },
  { id: 'label', header: 'Predicts', value: (each) => each.label },
  {
    id: 'changed',
    header: 'Changed',
    value: (each) => each.latest.createdAt,
    cell: (each) => <When time={each.latest.createdAt} />,
  },
  { id: 'message', header: 'Last message', value: (each) => each.latest.message },
]

export function DatasetsPage(): ReactNode {
  const read = useRead(operations.datasets.list, {})
  const [importing, setImporting] = useState(false)
  const may = useMay('lake:write')
  return (
    <Page
      title="Datasets"
      intro="Every import, cleaning and batch of labels is a version that stays as it was."
      actions={
        may && (
          <Button leftSection={<Icon name="upload" size={16} />} onClick={() => setImporting(true)}>
            Import a file
          </Button>
        )
      }
    >
      <Read of={read}>
        {({ datasets }) =>
          datasets.length === 0 ? (
            <EmptyState
              icon="data"
              title="The lake is empty"
              command="tidemill data import my-data data.csv"
            >
              Import a CSV, Parquet or JSON Lines file. Its bytes are kept as they came; types,
              profile and first checks follow by themselves.
            </EmptyState>
          ) : (
            <Card flush>
              <DataTable
                label="Datasets"
                rows={datasets}
                columns={columns}
                rowId={(each) => each.name}
                href={(each) => paths.dataset(each.name)}
                sort={{ id: 'changed', desc: true }}
              />
            </Card>
          )
        }
      </Read>
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </Page>
  )
}
