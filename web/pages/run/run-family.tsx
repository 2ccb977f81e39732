import type { ReactNode } from 'react'
import type { RunAbout, RunName } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { formatDuration } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { paths } from '../../app/paths.ts'
import { runHealth } from '../runs/run-status.ts'

const columns: readonly Column<RunName>[] = [
  {
    id: 'name',
    header: 'Run',
    value: (each) => each.name,
    cell: (each) => <Link href={paths.run(each.id)}>{each.name}</Link>,
    pinned: true,
  },
  {
    id: 'status',
    header: 'State',
    value: (each) => each.status,
    cell: (each) => <StatusPill health={runHealth[each.status]} word={each.status} />,
  },
  {
    id: 'started',
    header: 'Started',
    value: (each) => each.startedAt,
    cell: (each) => <When time={each.startedAt} />,
  },
  {
    id: 'took',
    header: 'Took',
    value: (each) => (each.endedAt === undefined ? undefined : each.endedAt - each.startedAt),
    cell: (each) =>
      each.endedAt === undefined ? '—' : formatDuration(each.endedAt - each.startedAt),
    numeric: true,
  },
]

/** How many the server tells of. */
const mostChildren = 200

/** The runs that stand under this one. */
export function RunFamily({ about }: { about: RunAbout }): ReactNode {
  if (about.children.length === 0) return null
  return (
    <Card title="Runs under it" flush>
      <DataTable
        label="Runs under it"
        rows={about.children}
        columns={columns}
        rowId={(each) => each.id}
        href={(each) => paths.run(each.id)}
        maxHeight={400}
      />
      {about.children.length === mostChildren && (
        <p className="muted small">The newest {mostChildren} of them.</p>
      )}
    </Card>
  )
}
