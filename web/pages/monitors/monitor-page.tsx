import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations, type DriftReport, type Monitor } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatCount, formatPercent } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { When } from '../../design/when.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { useMay } from '../../app/session.ts'
import { EndpointLink } from '../endpoints/endpoint-link.tsx'
import { AlarmList } from './alarm-list.tsx'
import { monitorState } from './monitor-state.ts'
import './monitors.css'
import { ReportView } from './report-view.tsx'

/** One monitor: its latest report in full, the reports before, its alarms. */
export function MonitorPage(): ReactNode {
  const name = usePathPart('name')
  const read = useRead(operations.monitors.get, { name })
  const [search, setSearch] = useSearchState()
  const monitor = read.data?.monitor
  return (
    <Page
      title={name}
      crumbs={[{ name: 'Monitors', href: paths.monitors }]}
      status={monitor && <StatusPill {...monitorState(monitor)} />}
      intro={monitor && <Terms monitor={monitor} />}
      actions={monitor && <RunNow monitor={monitor} />}
    >
      <Read of={read} lines={12}>
        {({ reports, alarms }) => {
          const latest = reports[0]
          return (
            <>
              {monitor?.problem !== undefined && (
                <div className="notice bad" role="alert">
                  <Icon name="bad" />
                  The last look failed: {monitor.problem}
                </div>
              )}
              <Tabs
                label="Parts of the monitor"
                selected={search.tab}
                onSelect={(tab) => setSearch({ tab })}
                tabs={[
                  {
                    id: 'latest',
                    name: 'Latest report',
                    render: () =>
                      latest === undefined ? (
                        <EmptyState
                          icon="monitor"
                          title="No window has been looked at yet"
                          command={`tidemill monitor run ${name}`}
                        >
                          The first report comes when the endpoint has answered a window’s worth of
                          requests, or when you ask for one.
                        </EmptyState>
                      ) : (
                        <ReportView report={latest} />
                      ),
                  },
                  {
                    id: 'alarms',
                    name: 'Alarms',
                    count: alarms.length,
                    render: () => (
                      <Card title="Alarms">
                        <AlarmList alarms={alarms} />
                      </Card>
                    ),
                  },
                  {
                    id: 'history',
                    name: 'History',
                    count: reports.length,
                    render: () => <History reports={reports} />,
                  },
                ]}
              />
            </>
          )
        }}
      </Read>
    </Page>
  )
}

function Terms({ monitor }: { monitor: Monitor }): ReactNode {
  return (
    <>
      Watches <EndpointLink name={monitor.endpoint} /> in windows of{' '}
      {formatCount(monitor.windowRows)} rows; at most one false alarm in{' '}
      {formatCount(monitor.falseAlarmDays)} days. {formatCount(monitor.waiting)} rows wait for the
      next window.
    </>
  )
}

function RunNow({ monitor }: { monitor: Monitor }): ReactNode {
  const may = useMay('monitors:write')
  const run = useAct(operations.monitors.run, { done: (report) => report.summary })
  if (!may) return null
  return (
    <Button
      leftSection={<Icon name="play" size={15} />}
      loading={run.isPending}
      onClick={() => run.mutate({ name: monitor.name })}
    >
      Look now
    </Button>
  )
}

const columns: readonly Column<DriftReport>[] = [
  {
    id: 'time',
    header: 'Report',
    value: (each) => each.createdAt,
    cell: (each) => (
      <Link href={paths.report(each.id)}>
        <When time={each.createdAt} />
      </Link>
    ),
    pinned: true,
  },
  {
    id: 'decision',
    header: 'Decision',
    value: (each) => each.drifted,
    cell: (each) => (
      <StatusPill
        health={each.drifted ? 'attention' : 'good'}
        word={each.drifted ? 'drifted' : 'steady'}
      />
    ),
  },
  {
    id: 'columns',
    header: 'Drifted columns',
    value: (each) => each.driftedShare,
    cell: (each) =>
      `${each.driftedColumns} of ${each.columns.length} (${formatPercent(each.driftedShare)})`,
    numeric: true,
  },
  {
    id: 'peer',
    header: 'Peer’s rule',
    value: (each) => each.peer.drifted,
    cell: (each) => `${each.peer.drifted ? 'drifted' : 'not drifted'} (${each.peer.name})`,
  },
  {
    id: 'harm',
    header: 'Harm',
    value: (each) => each.harm?.harmful,
    cell: (each) =>
      each.harm === undefined ? '—' : each.harm.harmful ? 'harmful' : 'no sign of harm',
  },
  {
    id: 'rows',
    header: 'Rows',
    value: (each) => each.currentRows,
    cell: (each) => formatCount(each.currentRows),
    numeric: true,
  },
  { id: 'version', header: 'Model version', value: (each) => each.version, numeric: true },
]

function History({ reports }: { reports: readonly DriftReport[] }): ReactNode {
  return (
    <Card flush>
      <DataTable
        label="Reports"
        rows={reports}
        columns={columns}
        rowId={(each) => each.id}
        href={(each) => paths.report(each.id)}
      />
    </Card>
  )
}
