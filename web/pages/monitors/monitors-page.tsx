import type { ReactNode } from 'react'
import { operations, type Monitor } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatCount, formatPercent } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { EndpointLink } from '../endpoints/endpoint-link.tsx'
import { AlarmList } from './alarm-list.tsx'
import { monitorState } from './monitor-state.ts'
import './monitors.css'

const columns: readonly Column<Monitor>[] = [
  {
    id: 'name',
    header: 'Monitor',
    value: (each) => each.name,
    cell: (each) => <Link href={paths.monitor(each.name)}>{each.name}</Link>,
    pinned: true,
  },
  {
    id: 'state',
    header: 'State',
    value: (each) => monitorState(each).word,
    cell: (each) => <StatusPill {...monitorState(each)} />,
  },
  {
    id: 'endpoint',
    header: 'Endpoint',
    value: (each) => each.endpoint,
    cell: (each) => <EndpointLink name={each.endpoint} />,
  },
  {
    id: 'drifted',
    header: 'Drifted columns',
    value: (each) => each.last?.driftedShare,
    cell: (each) =>
      each.last === undefined
        ? '—'
        : `${each.last.driftedColumns} of ${each.last.columns.length} (${formatPercent(each.last.driftedShare)})`,
    numeric: true,
  },
  { id: 'alarms', header: 'Open alarms', value: (each) => each.openAlarms, numeric: true },
  {
    id: 'waiting',
    header: 'Rows since',
    value: (each) => each.waiting,
    cell: (each) => `${formatCount(each.waiting)} of ${formatCount(each.windowRows)}`,
    numeric: true,
  },
  {
    id: 'last',
    header: 'Last report',
    value: (each) => each.last?.createdAt,
    cell: (each) => (each.last === undefined ? '—' : <When time={each.last.createdAt} />),
  },
]

export function MonitorsPage(): ReactNode {
  const read = useRead(operations.monitors.list, {})
  const alarms = useRead(operations.monitors.alarms, {})
  return (
    <Page
      title="Monitors"
      intro="Each compares what an endpoint sees and answers with what it was trained on, within an error budget."
    >
      <Read of={read}>
        {({ monitors }) =>
          monitors.length === 0 ? (
            <EmptyState icon="monitor" title="Nothing is watched yet" command="tidemill apply">
              Declare a monitor for an endpoint in tidemill.yaml, with its window and its budget of
              false alarms; then apply.
            </EmptyState>
          ) : (
            <Card flush>
              <DataTable
                label="Monitors"
                rows={monitors}
                columns={columns}
                rowId={(each) => each.name}
                href={(each) => paths.monitor(each.name)}
              />
            </Card>
          )
        }
      </Read>
      <Read of={alarms}>
        {({ alarms }) =>
          alarms.length > 0 && (
            <Card title="Alarms">
              <AlarmList alarms={alarms} showMonitor />
            </Card>
          )
        }
      </Read>
    </Page>
  )
}
