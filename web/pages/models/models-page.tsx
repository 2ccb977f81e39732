import type { ReactNode } from 'react'
import { operations, type Model } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { plainText } from '../../design/plain-text.ts'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'

const columns: readonly Column<Model>[] = [
  {
    id: 'name',
    header: 'Model',
    value: (each) => each.name,
    cell: (each) => <Link href={paths.model(each.name)}>{each.name}</Link>,
    pinned: true,
  },
  {
    id: 'description',
    header: 'Description',
    value: (each) => each.description,
    cell: (each) => <span className="cut-text">{plainText(each.description) || '—'}</span>,
  },
  { id: 'latest', header: 'Latest version', value: (each) => each.latest, numeric: true },
  {
    id: 'aliases',
    header: 'Aliases',
    value: (each) => Object.keys(each.aliases).join(' '),
    cell: (each) =>
      Object.keys(each.aliases).length === 0 ? (
        <span className="muted">none</span>
      ) : (
        <span className="line">
          {Object.entries(each.aliases).map(([alias, version]) => (
            <span key={alias} className="tag sand">
              {alias} → {version}
            </span>
          ))}
        </span>
      ),
  },
  {
    id: 'requirements',
    header: 'Requirements',
    value: (each) => each.requirements.length,
    numeric: true,
  },
  {
    id: 'created',
    header: 'Created',
    value: (each) => each.createdAt,
    cell: (each) => <When time={each.createdAt} />,
  },
]

export function ModelsPage(): ReactNode {
  const read = useRead(operations.models.list, {})
  return (
    <Page
      title="Models"
      intro="Versions with their evidence. The alias champion moves only to a version that passes the gate."
      actions={
        <Link className="button-link" href={paths.loggedModels()}>
          Logged models
        </Link>
      }
    >
      <Read of={read}>
        {({ models }) =>
          models.length === 0 ? (
            <EmptyState
              icon="model"
              title="No model is registered"
              command="tidemill models register my-model RUN"
            >
              Train first; then register the run that is worth keeping, here from its page or from
              the command line.
            </EmptyState>
          ) : (
            <Card flush>
              <DataTable
                label="Models"
                rows={models}
                columns={columns}
                rowId={(each) => each.name}
                href={(each) => paths.model(each.name)}
              />
            </Card>
          )
        }
      </Read>
    </Page>
  )
}
