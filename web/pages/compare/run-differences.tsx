import type { ReactNode } from 'react'
import { measuredNumber, operations, type RunDifference } from '#contract'
import { Card } from '../../design/card.tsx'
import { plural } from '../../design/format.ts'
import { LineDiff } from '../../design/line-diff.tsx'
import { Link } from '../../design/link.tsx'
import { NumberText } from '../../design/number-text.tsx'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'

/** All that is recorded of two runs and is not the same: what could be why their metrics differ. */
export function RunDifferences({ from, to }: { from: string; to: string }): ReactNode {
  const read = useRead(operations.runs.why, { run: from, other: to })
  return (
    <Read of={read} lines={10}>
      {(difference) => (
        <div className="stack wide">
          <Card title="What differs">
            <ul>
              {difference.summary.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
            <Attribution of={difference.attribution} />
          </Card>
          <Metrics difference={difference} />
          <Code code={difference.code} />
          <Changes title="Parameters" heads={headsOf(difference)} rows={difference.params} />
          <Changes title="Seed" heads={headsOf(difference)} rows={difference.seeds} />
          <Data difference={difference} />
          <Changes title="Environment" heads={headsOf(difference)} rows={difference.environment} />
          <Changes title="Packages" heads={headsOf(difference)} rows={difference.packages} />
        </div>
      )}
    </Read>
  )
}

/** How much of a change each cause made is told by re-runs, where the pipeline can make them. */
function Attribution({ of }: { of: RunDifference['attribution'] }): ReactNode {
  if (of === undefined) return null
  const { from, to, made, problem } = of
  return (
    <p className="small compare-told">
      {problem !== undefined ? (
        <span className="muted">
          Re-runs cannot tell how much of a change each of them made: {problem.replace(/\.$/, '')}.
        </span>
      ) : made !== undefined ? (
        <>
          Re-runs told how much of a change each of them made, <When time={made.time} />:{' '}
          <Link href={paths.attribution(made.id)}>see each cause’s share</Link>.
        </>
      ) : (
        <>
          How much of a change each of them made is told by re-runs:{' '}
          <Link href={paths.pipelineTab('attribution', { from, to })}>
            share the change out among its causes
          </Link>
          .
        </>
      )}
    </p>
  )
}

function headsOf({ from, to }: RunDifference): Heads {
  return [from, to]
}

type Heads = readonly [RunDifference['from'], RunDifference['to']]

/** The two runs over their columns, under names that lead to them. */
function HeadCells({ heads, numeric }: { heads: Heads; numeric?: boolean }): ReactNode {
  return heads.map(({ id, name }) => (
    <th key={id} scope="col" className={numeric ? 'numeric' : undefined}>
      <Link href={paths.run(id)}>{name}</Link>
    </th>
  ))
}

function Metrics({ difference }: { difference: RunDifference }): ReactNode {
  if (difference.metrics.length === 0) {
    return <p className="muted">Their metrics are the same.</p>
  }
  return (
    <Card title="Metrics" flush>
      <div className="grid-scroll" tabIndex={0} role="region" aria-label="Metrics">
        <table className="grid differences">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <HeadCells heads={headsOf(difference)} numeric />
              <th scope="col" className="numeric">
                Difference
              </th>
            </tr>
          </thead>
          <tbody>
            {difference.metrics.map(({ name, from, to, difference: by }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="numeric">
                  <NumberText value={measuredNumber(from)} />
                </td>
                <td className="numeric">
                  <NumberText value={measuredNumber(to)} />
                </td>
                <td className="numeric">
                  {Number(by) > 0 && '+'}
                  <NumberText value={measuredNumber(by)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function Code({ code: { files, problem } }: Pick<RunDifference, 'code'>): ReactNode {
  if (files.length === 0 && problem === undefined) return null
  return (
    <Card title="Code">
      <div className="stack">
        {problem !== undefined && <p className="muted small">{problem}</p>}
        {files.map(({ path, from, change, linesAdded, linesRemoved, hunks }) => (
          <details key={path} open={files.length === 1 || undefined}>
            <summary>
              <code className="wrap-anywhere">
                {from === undefined ? path : `${from} → ${path}`}
              </code>{' '}
              <span className="muted small">
                {change}, +{linesAdded} −{linesRemoved}
              </span>
            </summary>
            {hunks.map(({ header, lines }) => (
              <div key={header}>
                <code className="muted small wrap-anywhere">{header}</code>
                <LineDiff label={`${path} ${header}`} lines={lines.map(marked)} />
              </div>
            ))}
          </details>
        ))}
      </div>
    </Card>
  )
}

function marked(line: string): { readonly mark: ' ' | '-' | '+'; readonly text: string } {
  const mark = line.startsWith('+') ? '+' : line.startsWith('-') ? '-' : ' '
  return { mark, text: line.slice(1) }
}

function Changes({ title, heads, rows }: ChangesProps): ReactNode {
  if (rows.length === 0) return null
  return (
    <Card title={title} flush>
      <div className="grid-scroll" tabIndex={0} role="region" aria-label={title}>
        <table className="grid differences">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <HeadCells heads={heads} />
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, from, to, note }) => (
              <tr key={name}>
                <th scope="row">
                  {name}
                  {note !== undefined && <div className="muted small">{note}</div>}
                </th>
                <td className="wrap">{from ?? '—'}</td>
                <td className="wrap">{to ?? '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

interface ChangesProps {
  readonly title: string
  readonly heads: Heads
  readonly rows: readonly {
    readonly name: string
    readonly from?: string
    readonly to?: string
    readonly note?: string
  }[]
}

function Data({ difference }: { difference: RunDifference }): ReactNode {
  const { datasets, files } = difference.data
  return (
    <>
      <Changes
        title="Data"
        heads={headsOf(difference)}
        rows={datasets.map(({ rows, ...each }) => ({
          ...each,
          ...(rows === undefined
            ? {}
            : {
                note: rowsText(rows),
              }),
        }))}
      />
      {files.length > 0 && (
        <Card title="Tracked files">
          <ul>
            {files.map(({ path, change }) => (
              <li key={path}>
                <code className="wrap-anywhere">{path}</code> {change}
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}

type Rows = NonNullable<RunDifference['data']['datasets'][number]['rows']>

function rowsText({ same, added, removed, changed, columns }: Rows): string {
  const where = columns.length === 0 ? '' : ` in ${columns.map((each) => each.name).join(', ')}`
  return `${plural(same, 'row')} the same, ${added} added, ${removed} removed, ${changed} changed${where}`
}
