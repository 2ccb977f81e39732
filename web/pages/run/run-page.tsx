import { lazy, Suspense, type ReactNode } from 'react'
import { isSystemMetric, operations, readRun, type Run, type RunAbout } from '#contract'
import { formatDuration, formatTime } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { Tabs, type Tab } from '../../design/tabs.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { TraceList } from '../traces/trace-list.tsx'
import { runDuration, runHealth } from '../runs/run-status.ts'
import { ImageSteps } from './image-steps.tsx'
import { RunActions } from './run-actions.tsx'
import { RunFiles } from './run-files.tsx'
import { RunOverview } from './run-overview.tsx'
import { isStageUse } from './stage-use-metrics.ts'
import { StageUse } from './stage-use.tsx'
import { useNow } from './use-now.ts'
import './run.css'

const RunCharts = lazy(async () => ({ default: (await import('./run-charts.tsx')).RunCharts }))

/** How often a run that goes on is read again where no event came. */
const patienceMs = 10_000

/** One training: what it was given, what came out, what it was made from. Follows a run that is still going. */
export function RunPage(): ReactNode {
  const id = usePathPart('id')
  const [search, change] = useSearchState()
  const read = useRead(
    operations.runs.get,
    { run: id, files: false },
    { everyMs: (data) => (data?.run.status === 'running' ? patienceMs : undefined) },
  )
  const run = read.data?.run
  const about = useRead(operations.runs.about, { run: id })
  return (
    <Page
      title={run?.name ?? id}
      crumbs={[
        { name: 'Runs', href: paths.runs },
        ...(run ? [{ name: run.experiment, href: paths.experiment(run.experiment) }] : []),
        ...(about.data?.parent
          ? [{ name: about.data.parent.name, href: paths.run(about.data.parent.id) }]
          : []),
      ]}
      status={run && <RunState run={run} />}
      intro={run && <Intro run={run} />}
      actions={run && <RunActions run={run} about={about.data} />}
    >
      <Read of={read} lines={10}>
        {(found) => (
          <Tabs
            label="Parts of the run"
            selected={search.tab}
            onSelect={(tab) => change({ tab, file: undefined })}
            tabs={tabsOf(found.run, about.data, <RunOverview run={readRun(found)} about={about} />)}
          />
        )}
      </Read>
    </Page>
  )
}

function tabsOf(run: Run, about: RunAbout | undefined, overview: ReactNode): readonly Tab[] {
  const keys = Object.keys(run.metrics).sort((a, b) => a.localeCompare(b))
  const system = keys.filter(isSystemMetric)
  const courses = system.filter((key) => !isStageUse(key))
  const own = keys.filter((key) => !isSystemMetric(key))
  return [
    { id: 'overview', name: 'Overview', render: () => overview },
    {
      id: 'charts',
      name: 'Charts',
      count: own.length,
      render: () => (
        <div className="stack wide">
          <ImageSteps owner={run.id} />
          {own.length === 0 ? (
            <p className="muted">No metric was logged.</p>
          ) : (
            <Suspense fallback={<Skeleton lines={8} label="Loading the charts" />}>
              <RunCharts run={run} metrics={own} place={{ remember: `runs.${run.experimentId}` }} />
            </Suspense>
          )}
        </div>
      ),
    },
    ...(system.length === 0
      ? []
      : [
          {
            id: 'system',
            name: 'System',
            count: system.length,
            render: () => (
              <div className="stack wide">
                <StageUse run={run} />
                {courses.length > 0 && (
                  <Suspense fallback={<Skeleton lines={8} label="Loading the charts" />}>
                    <RunCharts
                      run={run}
                      metrics={courses}
                      place={{
                        apart: 'system',
                        remember: `system.${run.experimentId}`,
                        axis: 'relative',
                      }}
                    />
                  </Suspense>
                )}
              </div>
            ),
          },
        ]),
    {
      id: 'files',
      name: 'Files',
      count: about?.files,
      render: () => <RunFiles run={run.id} made={about?.made ?? []} />,
    },
    { id: 'traces', name: 'Traces', render: () => <TraceList run={run.id} /> },
  ]
}

function RunState({ run }: { run: Run }): ReactNode {
  return (
    <>
      <StatusPill health={runHealth[run.status]} word={run.status} />
      {run.removedAt !== undefined && <span className="tag sand">removed</span>}
    </>
  )
}

/** When, by whom, and how long; the time of a run that goes on counts up. */
function Intro({ run }: { run: Run }): ReactNode {
  const isGoing = run.endedAt === undefined && run.status === 'running'
  const now = useNow(isGoing)
  const stage = run.source.pipelineStage
  return (
    <>
      Started {formatTime(run.startedAt)} by {run.user}
      {(isGoing || run.endedAt !== undefined) && (
        <>
          , {isGoing ? '' : 'took '}
          <span className="run-clock">{formatDuration(runDuration(run, now))}</span>
          {isGoing ? ' so far' : ''}
        </>
      )}
      {stage !== undefined && (
        <>
          {' '}
          in the stage <Link href={paths.stage(stage)}>{stage}</Link>
        </>
      )}
      .
    </>
  )
}
