import type { ReactNode } from 'react'
import { operations, type SpanLine, type Trace } from '#contract'
import { Card } from '../../design/card.tsx'
import { DigestText } from '../../design/digest.tsx'
import { formatCount, formatDuration, formatTime, plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { KeyValue } from '../../design/key-value.tsx'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { Assessments } from './assessments.tsx'
import { AttachmentList } from './attachment-list.tsx'
import { SpanPanel } from './span-panel.tsx'
import { stateWord, traceHealth } from './trace-state.ts'
import { Waterfall } from './waterfall.tsx'
import './traces.css'

/** One trace: its spans beside their time, the chosen one in full, and what is thought of it. */
export function TracePage(): ReactNode {
  const id = usePathPart('id')
  const read = useRead(operations.traces.get, { trace: id })
  const trace = read.data?.trace
  return (
    <Page
      title={trace?.name ?? id}
      crumbs={[
        { name: 'Traces', href: paths.traces() },
        ...(trace
          ? [{ name: trace.experiment, href: paths.traces({ experiment: trace.experiment }) }]
          : []),
      ]}
      status={
        trace && <StatusPill health={traceHealth(trace.state)} word={stateWord(trace.state)} />
      }
      intro={trace && <Intro trace={trace} spans={read.data?.spans.length ?? 0} />}
    >
      <Read of={read} lines={12}>
        {({ trace, spans, problem }) => <TraceView trace={trace} spans={spans} problem={problem} />}
      </Read>
    </Page>
  )
}

function Intro({ trace, spans }: { trace: Trace; spans: number }): ReactNode {
  const { startedAt, duration, tokens } = trace
  return [
    `Started ${formatTime(startedAt)}`,
    ...(duration === undefined ? [] : [`took ${formatDuration(duration)}`]),
    plural(spans, 'span'),
    ...(tokens === undefined
      ? []
      : [`${formatCount(tokens.input)} tokens in and ${formatCount(tokens.output)} out`]),
  ].join(', ')
}

function TraceView({ trace, spans, problem }: TraceViewProps): ReactNode {
  const [search, change] = useSearchState()
  const chosen = spans.some((span) => span.id === search.span) ? search.span : spans[0]?.id
  return (
    <div className="trace-view">
      <div className="trace-timeline">
        <Card title="Timeline" flush>
          {spans.length === 0 ? (
            <NoSpans problem={problem} />
          ) : (
            <Waterfall
              spans={spans}
              duration={longest(trace, spans)}
              chosen={chosen}
              onChoose={(span) => change({ span })}
            />
          )}
        </Card>
      </div>
      {chosen !== undefined && (
        <div className="trace-chosen">
          <Card title="Span">
            <SpanPanel trace={trace.id} span={chosen} />
          </Card>
        </div>
      )}
      <div className="trace-rest stack">
        <AttachmentList trace={trace.id} onChoose={(span) => change({ span })} />
        <div className="columns">
          <Assessments trace={trace} span={chosen} />
          <Card title="About it">
            <About trace={trace} />
          </Card>
        </div>
      </div>
    </div>
  )
}

interface TraceViewProps {
  readonly trace: Trace
  readonly spans: readonly SpanLine[]
  /** Why they cannot be read. */
  readonly problem: string | undefined
}

function NoSpans({ problem }: { problem: string | undefined }): ReactNode {
  if (problem === undefined) return <p className="muted">No span of it has arrived.</p>
  return (
    <div className="trace-problem">
      <p className="notice attention">
        <Icon name="attention" size={16} />
        <span className="wrap-anywhere">{problem}</span>
      </p>
    </div>
  )
}

/** The end of the last span; a trace's own duration is in whole milliseconds, and short ones are less. */
function longest(trace: Trace, spans: readonly SpanLine[]): number {
  const end = spans.reduce((last, span) => Math.max(last, span.start + (span.duration ?? 0)), 0)
  return end === 0 ? (trace.duration ?? 0) : end
}

function About({ trace }: { trace: Trace }): ReactNode {
  const { id, run, experiment, tags, metadata } = trace
  const own = Object.entries(tags).filter(([key]) => !key.startsWith('mlflow.'))
  const set = Object.entries({ ...metadata, ...tags }).filter(([key]) => key.startsWith('mlflow.'))
  return (
    <div className="stack">
      <KeyValue
        facts={[
          ['Trace', <DigestText key="id" digest={id} />],
          [
            'Experiment',
            <Link key="experiment" href={paths.experiment(experiment)}>
              {experiment}
            </Link>,
          ],
          run !== undefined && [
            'Run',
            <Link key="run" href={paths.run(run)}>
              {run.slice(0, 10)}
            </Link>,
          ],
          ...own,
        ]}
      />
      {set.length > 0 && (
        <details className="small">
          <summary>{set.length} set by programs</summary>
          <KeyValue facts={set} />
        </details>
      )}
    </div>
  )
}
