import type { ReactNode } from 'react'
import { operations, type LabelQueue } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatPercent } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { EndpointLink } from '../endpoints/endpoint-link.tsx'

const columns: readonly Column<LabelQueue>[] = [
  {
    id: 'name',
    header: 'Queue',
    value: (each) => each.name,
    cell: (each) => <Link href={paths.queue(each.name)}>{each.name}</Link>,
    pinned: true,
  },
  { id: 'waiting', header: 'Waiting', value: (each) => each.waiting, numeric: true },
  { id: 'labelled', header: 'Labelled', value: (each) => each.labelled, numeric: true },
  { id: 'disputed', header: 'Disputed', value: (each) => each.disputed, numeric: true },
  { id: 'uncommitted', header: 'To commit', value: (each) => each.uncommitted, numeric: true },
  {
    id: 'endpoint',
    header: 'Asks about',
    value: (each) => each.endpoint,
    cell: (each) => <EndpointLink name={each.endpoint} />,
  },
  {
    id: 'below',
    header: 'When less sure than',
    value: (each) => each.below,
    cell: (each) => formatPercent(each.below),
    numeric: true,
  },
  { id: 'annotators', header: 'People a row', value: (each) => each.annotators, numeric: true },
  {
    id: 'dataset',
    header: 'Labels go to',
    value: (each) => each.dataset,
    cell: (each) => <Link href={paths.dataset(each.dataset)}>{each.dataset}</Link>,
  },
]

export function QueuesPage(): ReactNode {
  const read = useRead(operations.labels.queues, {})
  return (
    <Page
      title="Labelling"
      intro="The answers a model was least sure of, for people to decide. What they decide returns to the data."
    >
      <Read of={read}>
        {({ queues }) =>
          queues.length === 0 ? (
            <EmptyState icon="labels" title="No queue yet" command="tidemill apply">
              Declare labelling for an endpoint in tidemill.yaml, with how sure an answer must be
              not to be asked about; then apply.
            </EmptyState>
          ) : (
            <Card flush>
              <DataTable
                label="Label queues"
                rows={queues}
                columns={columns}
                rowId={(each) => each.name}
                href={(each) => paths.queue(each.name)}
              />
            </Card>
          )
        }
      </Read>
    </Page>
  )
}
