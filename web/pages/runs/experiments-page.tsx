import type { ReactNode } from 'react'
import { operations, type Experiment } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'

const columns: readonly Column<Experiment>[] = [
  {
    id: 'name',
    header: 'Experiment',
    value: (each) => each.name,
    cell: (each) => <Link href={paths.experiment(each.name)}>{each.name}</Link>,
    pinned: true,
  },
  { id: 'runs', header: 'Runs', value: (each) => each.runs, numeric: true },
  {
    id: 'last',
    header: 'Last run',
    value: (each) => each.lastRunAt,
    cell: (each) => (each.lastRunAt === undefined ? '—' : <When time={each.lastRunAt} />),
  },
  {
    id: 'created',
    header: 'Created',
    value: (each) => each.createdAt,
    cell: (each) => <When time={each.createdAt} />,
  },
]

export function ExperimentsPage(): ReactNode {
  const read = useRead(operations.runs.experiments, {})
  return (
    <Page
      title="Runs"
      intro="Trainings by experiment: parameters, metrics, data and code of each, kept for comparison."
    >
      <Read of={read}>
        {({ experiments }) =>
          experiments.length === 0 ? (
            <EmptyState icon="runs" title="Nothing has been trained yet" command="tidemill repro">
              Run a pipeline, or log from any MLflow client: set MLFLOW_TRACKING_URI to{' '}
              {location.origin} and train as you are used to.
            </EmptyState>
          ) : (
            <Card flush>
              <DataTable
                label="Experiments"
                rows={experiments}
                columns={columns}
                rowId={(each) => each.id}
                href={(each) => paths.experiment(each.name)}
              />
            </Card>
          )
        }
      </Read>
    </Page>
  )
}
