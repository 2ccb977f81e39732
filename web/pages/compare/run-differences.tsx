import type { ReactNode } from 'react'
import { operations, type RunDifference } from '#contract'
import { Card } from '../../design/card.tsx'
import { plural } from '../../design/format.ts'
import { LineDiff } from '../../design/line-diff.tsx'
import { Link } from '../../design/link.tsx'
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
            <p className="small">
              Which of them changed a metric, and by how much, is told by re-runs:{' '}
              <Link
                href={paths.pipelineTab('attribution', { from: `run:${from}`, to: `run:${to}` })}
              >
                share the change out among its causes
              </Link>
              .
            </p>
          </Card>
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

function headsOf({ from, to }: RunDifference): Heads {
  return [from.name, to.name]
}

type Heads = readonly [string, string]

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
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">Name</th>
              {heads.map((head, index) => (
                <th key={index} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, from, to, note }) => (
              <tr key={name}>
                <th scope="row">
                  {name}
                  {note !== undefined && <div className="muted small">{note}</div>}
                </th>
                <td>{from ?? '—'}</td>
                <td>{to ?? '—'}</td>
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
                note: `${plural(rows.same, 'row')} the same, ${rows.added} added, ${rows.removed} removed, ${rows.changed} changed`,
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
