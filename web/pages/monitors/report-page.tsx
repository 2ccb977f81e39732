import type { ReactNode } from 'react'
import { operations } from '#contract'
import { formatTime } from '../../design/format.ts'
import { Page } from '../../design/page.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart } from '../../app/search-state.ts'
import { ReportView } from './report-view.tsx'

export function ReportPage(): ReactNode {
  const id = usePathPart('id')
  const read = useRead(operations.monitors.report, { id })
  const report = read.data
  return (
    <Page
      title={report === undefined ? 'Report' : `Report of ${formatTime(report.createdAt)}`}
      crumbs={[
        { name: 'Monitors', href: paths.monitors },
        ...(report ? [{ name: report.monitor, href: paths.monitor(report.monitor) }] : []),
      ]}
      status={
        report && (
          <StatusPill
            health={report.drifted ? 'attention' : 'good'}
            word={report.drifted ? 'drifted' : 'steady'}
          />
        )
      }
    >
      <Read of={read} lines={12}>
        {(report) => <ReportView report={report} />}
      </Read>
    </Page>
  )
}
