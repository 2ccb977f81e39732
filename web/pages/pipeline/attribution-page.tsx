import { useMemo, useState, type ReactNode } from 'react'
import { operations, type Attribution, type AttributionRun } from '#contract'
import { Card } from '../../design/card.tsx'
import { Checkbox } from '@mantine/core'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { formatDuration, formatNumber, plural, shortDigest } from '../../design/format.ts'
import { Page } from '../../design/page.tsx'
import { Stat, StatRow } from '../../design/stat.tsx'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart } from '../../app/search-state.ts'
import './pipeline.css'
import { CauseList } from './cause-list.tsx'
import { ShareBars, signed } from './share-bars.tsx'
import { sideName } from './side-name.ts'

/** Each cause's share of what changed between two results, and the runs that prove it. */
export function AttributionPage(): ReactNode {
  const id = usePathPart('id')
  const read = useRead(operations.pipelines.attribution, { id })
  const found = read.data?.attribution
  return (
    <Page
      title={
        found === undefined
          ? 'Why it changed'
          : `${sideName(found.from.name)} → ${sideName(found.to.name)}`
      }
      crumbs={[
        { name: 'Pipeline', href: paths.pipeline },
        { name: 'Why it changed', href: paths.pipelineTab('attribution') },
      ]}
      intro="Shapley shares: what each cause adds, averaged over all orders in which the causes can come. They sum to the change."
    >
      <Read of={read} lines={8}>
        {({ attribution }) => <Shares found={attribution} />}
      </Read>
    </Page>
  )
}

function Shares({ found }: { found: Attribution }): ReactNode {
  const [all, setAll] = useState(false)
  const causes = useMemo(() => new Map(found.causes.map((cause) => [cause.id, cause])), [found])
  const changed = found.metrics.filter((metric) => metric.change !== 0)
  const shown = all ? found.metrics : changed
  return (
    <div className="stack wide">
      <StatRow>
        <Stat name="Causes" value={found.causes.filter((cause) => !cause.idle).length} />
        <Stat name="Metrics that changed" value={`${changed.length} of ${found.metrics.length}`} />
        <Stat
          name="Runs that prove it"
          value={found.runs.length}
          note={found.method === 'exact' ? 'every combination' : 'sampled orders'}
        />
        <Stat name="Made" value={<When time={found.time} />} />
      </StatRow>
      {found.notes.map((note) => (
        <div key={note} className="notice attention">
          <p className="small">{note}</p>
        </div>
      ))}
      <Card
        title="Shares"
        aside={
          changed.length < found.metrics.length && (
            <Checkbox
              size="xs"
              label="Also what did not change"
              checked={all}
              onChange={(event) => setAll(event.currentTarget.checked)}
            />
          )
        }
      >
        {shown.length === 0 && <p>No metric changed.</p>}
        <div className="share-cards">
          {shown.map((metric) => (
            <section key={metric.id} className="share-card" aria-label={metric.id}>
              <h3>
                {metric.key} <span className="muted small">{metric.file}</span>
              </h3>
              <p className="small">
                {formatNumber(metric.from)} → {formatNumber(metric.to)}{' '}
                <strong>{signed(metric.change)}</strong>
                {metric.method === 'sampled' && <span className="muted">, sampled</span>}
              </p>
              {metric.shares.length === 0 ? (
                <p className="small muted">Nothing that differs reaches it.</p>
              ) : (
                <ShareBars metric={metric} causes={causes} />
              )}
            </section>
          ))}
        </div>
      </Card>
      <Card title="What differs">
        <CauseList causes={found.causes} />
      </Card>
      <Card title={`The runs: ${plural(found.runs.length, 'combination')}`} flush>
        <RunTable found={found} metrics={shown.slice(0, 6).map((metric) => metric.id)} />
      </Card>
    </div>
  )
}

function RunTable({
  found,
  metrics,
}: {
  found: Attribution
  metrics: readonly string[]
}): ReactNode {
  const columns = useMemo(
    (): readonly Column<AttributionRun>[] => [
      {
        id: 'causes',
        header: `From ${found.to.name}`,
        pinned: true,
        value: (run) => run.causes.length,
        cell: (run) =>
          run.causes.length === 0 ? (
            <span className="muted">nothing</span>
          ) : (
            <span className="run-causes">{run.causes.join(', ')}</span>
          ),
      },
      ...metrics.map((id): Column<AttributionRun> => ({
        id,
        header: id.slice(id.indexOf(':') + 1),
        headerAside: <span className="column-kind">{id.slice(0, id.indexOf(':'))}</span>,
        numeric: true,
        value: (run) => run.metrics[id],
        cell: (run) => {
          const value = run.metrics[id]
          return value === undefined ? '—' : formatNumber(value)
        },
      })),
      {
        id: 'ran',
        header: 'Stages run',
        numeric: true,
        value: (run) => run.stages.filter((stage) => stage.outcome === 'ran').length,
      },
      {
        id: 'took',
        header: 'Took',
        numeric: true,
        value: (run) => run.seconds,
        cell: (run) => formatDuration(run.seconds * 1000),
      },
      {
        id: 'address',
        header: 'In the run cache',
        sortable: false,
        value: () => undefined,
        cell: (run) => (
          <span className="line">
            {Object.entries(run.runs).map(([stage, key]) => (
              <code key={stage} title={`${stage}: ${key}`}>
                {shortDigest(key)}
              </code>
            ))}
          </span>
        ),
      },
    ],
    [found, metrics],
  )
  return (
    <DataTable
      label="Counterfactual runs"
      rows={found.runs}
      columns={columns}
      rowId={(run) => run.causes.join('+') || 'nothing'}
      sort={{ id: 'causes', desc: false }}
    />
  )
}
