import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import {
  commitOf,
  isSystemMetric,
  operations,
  programOf,
  scriptLine,
  uncommittedPath,
  type Run,
  type RunAbout,
  type RunName,
} from '#contract'
import { Card } from '../../design/card.tsx'
import { DigestText } from '../../design/digest.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { KeyValue, type Fact } from '../../design/key-value.tsx'
import { Link } from '../../design/link.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { RunDatasets } from './run-datasets.tsx'
import { RunDescription } from './run-description.tsx'
import { RunFamily } from './run-family.tsx'
import { RunModels } from './run-models.tsx'
import { RunTags } from './run-tags.tsx'
import { ValueTable } from './value-table.tsx'

interface RunOverviewProps {
  readonly run: Run
  readonly about: UseQueryResult<RunAbout>
}

/** What a person wants to know of a run first: what came out, of what, and from where. */
export function RunOverview({ run, about }: RunOverviewProps): ReactNode {
  const metrics = Object.entries(run.metrics).filter(([key]) => !isSystemMetric(key))
  const { data } = useRead(operations.runs.ranges, { run: run.id })
  const ranges = new Map(data?.ranges.map((each) => [each.key, each]))
  return (
    <div className="two-thirds">
      <div className="stack">
        <RunDescription run={run} />
        <ValueTable
          title="Metrics"
          empty="None were logged."
          rows={metrics.map(([name, value]) => ({
            ...{ name, value, range: ranges.get(name) },
            href: `${paths.run(run.id)}?tab=charts&find=${encodeURIComponent(name)}`,
          }))}
        />
        <ValueTable
          title="Parameters"
          empty="None were logged."
          rows={Object.entries(run.params).map(([name, value]) => ({ name, value }))}
        />
        {about.data && <RunFamily run={run} about={about.data} />}
      </div>
      <div className="stack">
        <Card title="Made from">
          <KeyValue facts={sourceFacts(run, about.data?.rerunOf)} />
        </Card>
        {about.data ? (
          <>
            <RunModels about={about.data} />
            <RunDatasets datasets={about.data.datasets} />
          </>
        ) : about.isError ? (
          <ErrorState error={about.error} retry={() => void about.refetch()} />
        ) : (
          <Skeleton />
        )}
        <RunTags run={run} />
      </div>
    </div>
  )
}

/** Where the code was, what it read and with what it ran: our own record of it, and what MLflow's clients write as tags. */
function sourceFacts(
  { source, id, tags }: Run,
  original: RunName | undefined,
): readonly (Fact | false)[] {
  const { dataset, datasetVersion, dataDigest, environment } = source
  const code = commitOf({ source, tags })
  const branch = tags['mlflow.source.git.branch']
  const file = programOf({ source, tags })
  return [
    original !== undefined && [
      'Makes again',
      <span key="again" className="line">
        <Link href={paths.run(original.id)}>{original.name}</Link>
        <Link href={paths.compareWhy(original.id, id)}>Compare</Link>
      </span>,
    ],
    dataset !== undefined && [
      'Data',
      <Link key="data" href={paths.dataset(dataset, { version: datasetVersion })}>
        {dataset}
        {datasetVersion === undefined ? '' : ` version ${datasetVersion}`}
      </Link>,
    ],
    dataDigest !== undefined && ['Data digest', <DigestText key="digest" digest={dataDigest} />],
    code !== undefined && ['Code', <DigestText key="code" digest={code} />],
    source.uncommitted !== undefined && [
      'Not committed',
      <Uncommitted key="uncommitted" run={id} of={source.uncommitted} />,
    ],
    branch !== undefined && ['Branch', branch],
    file !== undefined && [
      'Entry',
      <code key="entry" className="wrap-anywhere">
        {scriptLine(source) ?? file}
      </code>,
    ],
    ...Object.entries(environment ?? {}).map(([name, value]): Fact => [name, value]),
    ['Run', <DigestText key="run" digest={id} />],
  ]
}

/** What the code had beside its commit: the patch to look at, and what is not in it. */
function Uncommitted({ run, of: { digest, left, why = {} } }: UncommittedProps): ReactNode {
  const told = left.map((path) => (why[path] === undefined ? path : `${path} (${why[path]})`))
  return (
    <>
      {digest !== undefined && (
        <Link href={paths.runFile(run, uncommittedPath)}>{uncommittedPath}</Link>
      )}
      {left.length > 0 && (
        <div className="muted small wrap-anywhere">Not kept: {told.join(', ')}</div>
      )}
    </>
  )
}

interface UncommittedProps {
  readonly run: string
  readonly of: NonNullable<Run['source']['uncommitted']>
}
