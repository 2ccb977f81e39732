import { Fragment, type ReactNode } from 'react'
import { dataOf, measuredNumber, type RunGroup, type RunRow } from '#contract'
import {
  exactNumber,
  formatAgo,
  formatCount,
  formatExactTime,
  formatNumber,
} from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { NumberText } from '../../design/number-text.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { paths } from '../../app/paths.ts'
import { runHealth } from '../runs/run-status.ts'
import { cellText, type GridColumn, type RunRecord } from './columns.ts'

/** A value of a run; a bar while it is on its way. */
export function RunCell({ column, record, names }: RunCellProps): ReactNode {
  if (record === undefined) return <span className="run-waits short" />
  if (column.id === 'status') {
    const { status } = record.run
    return <StatusPill health={runHealth[status]} word={status} />
  }
  if (column.id === 'started') {
    const at = record.run.startedAt
    return <Ago time={at} />
  }
  if (column.id === 'experiment') return names.get(record.run.experiment) ?? record.run.experiment
  if (column.area === 'metrics') {
    const value = measuredNumber(record.values[column.id])
    if (value !== undefined) return <NumberText value={value} />
  }
  const text = cellText(column, record)
  if (text === undefined) return <span className="run-none">—</span>
  if (column.id === 'dataset') return <Parts title={text} parts={dataLinks(record.run)} />
  if (column.id === 'models') return <Parts title={text} parts={modelLinks(record.run)} />
  if (column.id === 'source') return <span title={text}>{text.split(/[/\\]/).at(-1)}</span>
  return <span title={text}>{text}</span>
}

interface Part {
  readonly text: string
  readonly href?: string
}

function dataLinks(run: RunRow): readonly Part[] {
  const { dataset, datasetVersion: version, inputs } = run
  const own = dataset === undefined ? undefined : paths.dataset(dataset, { version })
  return dataOf(run, inputs).map((text, at) =>
    at === 0 && own !== undefined ? { text, href: own } : { text },
  )
}

/** The versions registered from a run first, then what it logged. */
function modelLinks({ versions = [], models = [] }: RunRow): readonly Part[] {
  return [
    ...versions.map(({ model, version }) => ({
      text: `${model} v${version}`,
      href: paths.modelVersion(model, version),
    })),
    ...models.map(({ id, name }) => ({ text: name, href: paths.loggedModel(id) })),
  ]
}

/** Several things in one cell, each with its page where it has one. */
function Parts({ title, parts }: { title: string; parts: readonly Part[] }): ReactNode {
  return (
    <span title={title}>
      {parts.map(({ text, href }, at) => (
        <Fragment key={`${at} ${text}`}>
          {at > 0 && ', '}
          {href === undefined ? (
            text
          ) : (
            <Link href={href} tabIndex={-1}>
              {text}
            </Link>
          )}
        </Fragment>
      ))}
    </span>
  )
}

interface RunCellProps {
  readonly column: GridColumn
  readonly record: RunRecord | undefined
  readonly names: ReadonlyMap<string, string>
}

/** What a group's runs have in a column: the mean of a metric, with the least and the greatest. */
export function GroupCell({ column, group }: { column: GridColumn; group: RunGroup }): ReactNode {
  if (column.id === 'started') {
    return <Ago time={group.lastRunAt} />
  }
  const spread = column.area === 'metrics' ? group.metrics[column.name] : undefined
  if (spread === undefined) return null
  const { min, max, mean, count } = spread
  return (
    <span
      className="run-spread"
      title={`mean ${exactNumber(mean)}, from ${exactNumber(min)} to ${exactNumber(max)}, of ${formatCount(count)} runs`}
    >
      <b>{formatNumber(mean)}</b>
      <small>
        {formatNumber(min, 3)}…{formatNumber(max, 3)}
      </small>
    </span>
  )
}

/** The exact time is written when somebody points at it: it takes longer to write than all the rest of a line. */
function Ago({ time }: { time: number }): ReactNode {
  return (
    <time
      onPointerEnter={(event) => {
        event.currentTarget.title = formatExactTime(time)
      }}
    >
      {formatAgo(time)}
    </time>
  )
}
