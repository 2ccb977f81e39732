import type { ReactNode } from 'react'
import type { Trace } from '#contract'
import type { Column } from '../../design/data-table.tsx'
import { formatCount, formatDuration, shortDigest } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { paths } from '../../app/paths.ts'
import { writeText } from '../run-table/query/complete.ts'
import { stateWord, traceHealth } from './trace-state.ts'

/** Of whom a trace is, as MLflow's clients write it, where they do. */
const owners = [
  { id: 'user', header: 'User', key: 'mlflow.trace.user' },
  { id: 'session', header: 'Session', key: 'mlflow.trace.session' },
] as const

/** The columns of a list of traces; a click on an owner asks for the traces of that one alone. */
export function traceColumns(
  traces: readonly Trace[],
  onFilter: (filter: string) => void,
): readonly Column<Trace>[] {
  const known = owners.filter(({ key }) => traces.some(({ metadata }) => metadata[key]))
  const own = known.map(({ key, ...column }): Column<Trace> => ({
    ...column,
    value: (each) => each.metadata[key],
    cell: ({ metadata }) => {
      const value = metadata[key]
      if (value === undefined || value === '') return <span className="muted">—</span>
      const filter = `metadata.\`${key}\` = ${writeText(value)}`
      return (
        <button
          type="button"
          className="text-button trace-owner"
          title={`Only those of ${value}`}
          onClick={() => onFilter(filter)}
        >
          {value}
        </button>
      )
    },
  }))
  return [...facts, ...own, ...contents]
}

const facts: readonly Column<Trace>[] = [
  {
    id: 'name',
    header: 'Trace',
    value: (each) => each.name,
    cell: (each) => (
      <Link href={paths.trace(each.id)}>{each.name === '' ? each.id : each.name}</Link>
    ),
    pinned: true,
  },
  {
    id: 'state',
    header: 'State',
    value: (each) => each.state,
    cell: (each) => <StatusPill health={traceHealth(each.state)} word={stateWord(each.state)} />,
  },
  {
    id: 'started',
    header: 'Started',
    value: (each) => each.startedAt,
    cell: (each) => <When time={each.startedAt} />,
  },
  {
    id: 'duration',
    header: 'Took',
    value: (each) => each.duration,
    cell: (each) => (each.duration === undefined ? '—' : formatDuration(each.duration)),
    numeric: true,
  },
  {
    id: 'tokens',
    header: 'Tokens',
    value: (each) => each.tokens?.total,
    cell: (each) => (each.tokens === undefined ? '—' : formatCount(each.tokens.total)),
    numeric: true,
  },
]

const contents: readonly Column<Trace>[] = [
  {
    id: 'request',
    header: 'Request',
    value: (each) => each.request,
    cell: (each) => <Beginning text={each.request} />,
  },
  {
    id: 'response',
    header: 'Answer',
    value: (each) => each.response,
    cell: (each) => <Beginning text={each.response} />,
  },
  {
    id: 'assessments',
    header: 'Assessed',
    value: (each) => each.assessments.length,
    cell: (each) => (
      <span className="line">
        {each.assessments.slice(0, 3).map((one) => (
          <span key={one.id} className="tag">
            {one.name}: {one.value.slice(0, 20)}
          </span>
        ))}
        {each.assessments.length > 3 && (
          <span className="muted">+{each.assessments.length - 3}</span>
        )}
      </span>
    ),
  },
  {
    id: 'run',
    header: 'Run',
    value: (each) => each.run,
    cell: (each) =>
      each.run === undefined ? (
        <span className="muted">—</span>
      ) : (
        <Link href={paths.run(each.run)}>{shortDigest(each.run)}</Link>
      ),
  },
]

function Beginning({ text }: { text: string | undefined }): ReactNode {
  if (text === undefined || text === '') return <span className="muted">—</span>
  return (
    <span className="trace-beginning" title={text.slice(0, 500)}>
      {text.slice(0, 160)}
    </span>
  )
}
