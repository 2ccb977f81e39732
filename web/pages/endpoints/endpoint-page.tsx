import { useState, type ReactNode } from 'react'
import { Button } from '@mantine/core'
import { operations, type Endpoint } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { formatCount, formatMs, formatPercent } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link, useGo } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { Stat, StatRow } from '../../design/stat.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { useMay } from '../../app/session.ts'
import { CallIt } from './call-it.tsx'
import { endpointHealth, endpointWords } from './endpoint-health.ts'
import { PredictionLog } from './prediction-log.tsx'
import { TryIt } from './try-it.tsx'
import './endpoints.css'

/** One endpoint: how it is, a form to ask it, what it answered, how programs call it. */
export function EndpointPage(): ReactNode {
  const name = usePathPart('name')
  const read = useRead(operations.endpoints.get, { name }, { everyMs: 15_000 })
  const [search, setSearch] = useSearchState()
  const endpoint = read.data?.endpoint
  return (
    <Page
      title={name}
      crumbs={[{ name: 'Endpoints', href: paths.endpoints }]}
      status={
        endpoint && (
          <StatusPill
            health={endpointHealth[endpoint.state]}
            word={endpointWords[endpoint.state]}
          />
        )
      }
      intro={endpoint && <Follows endpoint={endpoint} />}
      actions={endpoint && <RemoveEndpoint name={name} />}
    >
      <Read of={read}>
        {({ endpoint }) => (
          <>
            {endpoint.problem !== undefined && (
              <div className="notice bad" role="alert">
                <Icon name="bad" />
                {endpoint.problem}
              </div>
            )}
            <EndpointStats endpoint={endpoint} />
            <Tabs
              label="Parts of the endpoint"
              selected={search.tab}
              onSelect={(tab) => setSearch({ tab })}
              tabs={[
                { id: 'try', name: 'Try it', render: () => <TryIt endpoint={endpoint} /> },
                {
                  id: 'log',
                  name: 'Predictions',
                  count: endpoint.predictions,
                  render: () => <PredictionLog endpoint={endpoint} />,
                },
                { id: 'call', name: 'Call it', render: () => <CallIt endpoint={endpoint} /> },
              ]}
            />
          </>
        )}
      </Read>
    </Page>
  )
}

function Follows({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const { model, alias, version } = endpoint
  return (
    <>
      Follows <Link href={paths.model(model)}>{`${model}@${alias}`}</Link>
      {version !== undefined && (
        <>
          {', now '}
          <Link href={paths.modelVersion(model, version)}>version {version}</Link>
        </>
      )}
      .
    </>
  )
}

function EndpointStats({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const { requests, failures, p50Ms, p99Ms, predictions, labels } = endpoint
  return (
    <StatRow>
      <Stat name="Requests since start" value={formatCount(requests)} />
      <Stat
        name="Failures"
        value={formatCount(failures)}
        note={requests > 0 ? formatPercent(failures / requests) : undefined}
      />
      <Stat name="Median latency" value={p50Ms === undefined ? '—' : formatMs(p50Ms)} />
      <Stat name="99th percentile" value={p99Ms === undefined ? '—' : formatMs(p99Ms)} />
      <Stat name="Predictions logged" value={formatCount(predictions)} />
      <Stat
        name="Labels received"
        value={formatCount(labels)}
        note={predictions > 0 ? formatPercent(labels / predictions) : undefined}
      />
    </StatRow>
  )
}

function RemoveEndpoint({ name }: { name: string }): ReactNode {
  const [asking, setAsking] = useState(false)
  const go = useGo()
  const may = useMay('endpoints:manage')
  const remove = useAct(operations.endpoints.remove, {
    done: `${name} is stopped`,
    onDone: () => go(paths.endpoints),
  })
  if (!may) return null
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        Stop endpoint
      </Button>
      <Confirm
        open={asking}
        title={`Stop ${name}?`}
        verb="Stop endpoint"
        danger
        busy={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate({ name })}
      >
        <p>Programs that call it get errors from then on. Its prediction log stays.</p>
      </Confirm>
    </>
  )
}
