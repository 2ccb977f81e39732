import type { ReactNode } from 'react'
import { operations, type Run } from '#contract'
import { Card } from '../../design/card.tsx'
import { DigestText } from '../../design/digest.tsx'
import { formatDuration, formatNumber, formatTime } from '../../design/format.ts'
import { KeyValue, type Fact } from '../../design/key-value.tsx'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { Stat, StatRow } from '../../design/stat.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart } from '../../app/search-state.ts'
import { Artifacts } from './artifacts.tsx'
import { MetricHistory } from './metric-history.tsx'
import { RegisterRun } from './register-run.tsx'
import { runDuration, runHealth } from './run-status.ts'
import './runs.css'

/** One training: what it was given, what came out, what it was made from. Follows a run that is still going. */
export function RunPage(): ReactNode {
  const id = usePathPart('id')
  const read = useRead(operations.runs.get, { run: id }, { everyMs: 5000 })
  const run = read.data?.run
  return (
    <Page
      title={run?.name ?? id}
      crumbs={[
        { name: 'Runs', href: paths.runs },
        ...(run ? [{ name: run.experiment, href: paths.experiment(run.experiment) }] : []),
      ]}
      status={run && <StatusPill health={runHealth[run.status]} word={run.status} />}
      intro={
        run &&
        `Started ${formatTime(run.startedAt)} by ${run.user}, ${formatDuration(runDuration(run))}.`
      }
      actions={run && <RegisterRun run={run} artifacts={read.data?.artifacts ?? []} />}
    >
      <Read of={read} lines={10}>
        {({ run, artifacts }) => (
          <>
            {Object.keys(run.metrics).length > 0 && (
              <StatRow>
                {Object.entries(run.metrics)
                  .slice(0, 12)
                  .map(([name, value]) => (
                    <Stat key={name} name={name} value={formatNumber(value)} />
                  ))}
              </StatRow>
            )}
            <MetricHistory run={run} />
            <div className="columns">
              <Card title="Parameters">
                <Record values={run.params} empty="None were logged." />
              </Card>
              <Card title="Made from">
                <KeyValue facts={sourceFacts(run)} />
              </Card>
              <Card title="Tags">
                <Tags tags={run.tags} />
              </Card>
            </div>
            <Artifacts run={run.id} artifacts={artifacts} />
          </>
        )}
      </Read>
    </Page>
  )
}

/** A person's own tags; those that programs set stand behind. */
function Tags({ tags }: { tags: Run['tags'] }): ReactNode {
  const isSet = (name: string): boolean => /^(?:mlflow|tidemill)\./.test(name)
  const all = Object.entries(tags)
  const own = all.filter(([name]) => !isSet(name))
  const set = all.filter(([name]) => isSet(name))
  return (
    <>
      <Record values={Object.fromEntries(own)} empty="None." />
      {set.length > 0 && (
        <details className="small">
          <summary>{set.length} set by programs</summary>
          <Record values={Object.fromEntries(set)} empty="None." />
        </details>
      )}
    </>
  )
}

function Record({ values, empty }: RecordProps): ReactNode {
  const facts = Object.entries(values).sort(([a], [b]) => a.localeCompare(b))
  return facts.length === 0 ? <p className="muted small">{empty}</p> : <KeyValue facts={facts} />
}

interface RecordProps {
  readonly values: Readonly<{ [name: string]: string }>
  readonly empty: string
}

function sourceFacts({ source, id }: Run): readonly (Fact | false)[] {
  const { dataset, datasetVersion, dataDigest, code, entry, pipelineStage, environment } = source
  return [
    dataset !== undefined && [
      'Data',
      <Link key="data" href={paths.dataset(dataset, { version: datasetVersion })}>
        {dataset}
        {datasetVersion === undefined ? '' : ` version ${datasetVersion}`}
      </Link>,
    ],
    dataDigest !== undefined && ['Data digest', <DigestText key="digest" digest={dataDigest} />],
    code !== undefined && ['Code', <DigestText key="code" digest={code} />],
    entry !== undefined && ['Entry', <code key="entry">{entry}</code>],
    pipelineStage !== undefined && [
      'Stage',
      <Link key="stage" href={paths.pipeline}>
        {pipelineStage}
      </Link>,
    ],
    ...Object.entries(environment ?? {}).map(([name, value]): Fact => [name, value]),
    ['Run', <DigestText key="run" digest={id} />],
  ]
}
