import type { ReactNode } from 'react'
import type { Run, RunAbout, RunName } from '#contract'
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

/** The runs that stand under this one, and those that make it again. */
export function RunFamily({ run, about }: { run: Run; about: RunAbout }): ReactNode {
  return (
    <>
      <Family title="Runs under it" rows={about.children} columns={columns} />
      {about.children.length === mostChildren && (
        <p className="muted small">The newest {mostChildren} of them.</p>
      )}
      <Family
        title="Made again"
        rows={about.reruns}
        columns={[
          ...columns,
          {
            id: 'compare',
            header: 'Difference',
            value: () => undefined,
            cell: (each) => <Link href={paths.compareWhy(run.id, each.id)}>What differs</Link>,
          },
        ]}
      />
    </>
  )
}

function Family({ title, rows, columns: shown }: FamilyProps): ReactNode {
  if (rows.length === 0) return null
  return (
    <Card title={title} flush>
      <DataTable
        label={title}
        rows={rows}
        columns={shown}
        rowId={(each) => each.id}
        href={(each) => paths.run(each.id)}
        maxHeight={400}
      />
    </Card>
  )
}

interface FamilyProps {
  readonly title: string
  readonly rows: readonly RunName[]
  readonly columns: readonly Column<RunName>[]
}
