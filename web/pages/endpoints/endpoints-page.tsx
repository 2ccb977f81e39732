import { useState, type ReactNode } from 'react'
import { Button, Modal, NativeSelect, TextInput } from '@mantine/core'
import { operations, type Endpoint } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatCount, formatMs } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'
import { endpointHealth, endpointWords } from './endpoint-health.ts'

const columns: readonly Column<Endpoint>[] = [
  {
    id: 'name',
    header: 'Endpoint',
    value: (each) => each.name,
    cell: (each) => <Link href={paths.endpoint(each.name)}>{each.name}</Link>,
    pinned: true,
  },
  {
    id: 'state',
    header: 'State',
    value: (each) => each.state,
    cell: (each) => (
      <StatusPill health={endpointHealth[each.state]} word={endpointWords[each.state]} />
    ),
  },
  {
    id: 'model',
    header: 'Model',
    value: (each) => each.model,
    cell: (each) => (
      <Link href={paths.model(each.model)}>
        {each.model}
        {each.version === undefined ? '' : ` v${each.version}`}
      </Link>
    ),
  },
  { id: 'alias', header: 'Follows', value: (each) => each.alias },
  {
    id: 'requests',
    header: 'Requests',
    value: (each) => each.requests,
    cell: (each) => formatCount(each.requests),
    numeric: true,
  },
  {
    id: 'failures',
    header: 'Failures',
    value: (each) => each.failures,
    cell: (each) => formatCount(each.failures),
    numeric: true,
  },
  {
    id: 'p50',
    header: 'p50',
    value: (each) => each.p50Ms,
    cell: (each) => (each.p50Ms === undefined ? '—' : formatMs(each.p50Ms)),
    numeric: true,
  },
  {
    id: 'p99',
    header: 'p99',
    value: (each) => each.p99Ms,
    cell: (each) => (each.p99Ms === undefined ? '—' : formatMs(each.p99Ms)),
    numeric: true,
  },
  {
    id: 'predictions',
    header: 'Logged',
    value: (each) => each.predictions,
    cell: (each) => formatCount(each.predictions),
    numeric: true,
  },
  {
    id: 'labels',
    header: 'Labelled',
    value: (each) => each.labels,
    cell: (each) => formatCount(each.labels),
    numeric: true,
  },
]

export function EndpointsPage(): ReactNode {
  const read = useRead(operations.endpoints.list, {})
  const [adding, setAdding] = useState(false)
  const may = useMay('endpoints:manage')
  return (
    <Page
      title="Endpoints"
      intro="Where models answer. An endpoint follows an alias: when the alias moves, the next request gets the new version."
      actions={
        may && (
          <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>
            New endpoint
          </Button>
        )
      }
    >
      <Read of={read}>
        {({ endpoints }) =>
          endpoints.length === 0 ? (
            <EmptyState
              icon="endpoint"
              title="No model answers yet"
              command="tidemill endpoint put my-endpoint my-model"
            >
              Register a model, let it pass its gate, then put an endpoint before it.
            </EmptyState>
          ) : (
            <Card flush>
              <DataTable
                label="Endpoints"
                rows={endpoints}
                columns={columns}
                rowId={(each) => each.name}
                href={(each) => paths.endpoint(each.name)}
              />
            </Card>
          )
        }
      </Read>
      {adding && <NewEndpoint onClose={() => setAdding(false)} />}
    </Page>
  )
}

function NewEndpoint({ onClose }: { onClose: () => void }): ReactNode {
  const models = useRead(operations.models.list, {})
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState('')
  const put = useAct(operations.endpoints.put, {
    done: ({ endpoint }) => `${endpoint.name} follows ${endpoint.model}@${endpoint.alias}`,
    onDone: onClose,
    quiet: true,
  })
  const model = chosen === '' ? (models.data?.models[0]?.name ?? '') : chosen
  return (
    <Modal opened onClose={onClose} title="New endpoint">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          put.mutate({ name, model })
        }}
      >
        <TextInput
          label="Name"
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label="Model"
          description="Its alias champion answers."
          data={(models.data?.models ?? []).map((each) => each.name)}
          value={model}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        {put.isError && <ErrorState error={put.error} />}
        <Button type="submit" loading={put.isPending} disabled={model === ''}>
          Make endpoint
        </Button>
      </form>
    </Modal>
  )
}
