import { useState, type ReactNode } from 'react'
import { operations, type DataFileChange, type DataVersionChange } from '#contract'
import { Card } from '../../design/card.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatBytes, formatCount, plural } from '../../design/format.ts'
import { StatusPill } from '../../design/status-pill.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { useSearchState } from '../../app/search-state.ts'
import { RevisionPicker } from './revision-picker.tsx'

const health = {
  added: 'good',
  deleted: 'bad',
  modified: 'attention',
  renamed: 'busy',
} as const

/** What differs in the recorded data of two revisions: outputs, their files, and rows and columns of tables. */
export function DataTab(): ReactNode {
  const [search, change] = useSearchState()
  const from = search.from ?? 'HEAD'
  const to = search.to ?? 'workspace'
  const known = useRead(operations.pipelines.revisions, {})
  const hasNone =
    known.data !== undefined && !known.data.revisions.some((each) => each.kind !== 'workspace')
  const read = useRead(
    operations.pipelines.data,
    { from, to },
    { keep: true, enabled: known.data !== undefined && !hasNone },
  )
  if (hasNone) {
    return (
      <EmptyState
        icon="data"
        title="Nothing is committed yet"
        command="git commit -am 'the first run'"
      >
        Versions of the data are told apart by the commits that record them.
      </EmptyState>
    )
  }
  return (
    <div className="stack wide">
      <div className="picker-row">
        <RevisionPicker label="From" value={from} onChange={(name) => change({ from: name })} />
        <RevisionPicker label="To" value={to} onChange={(name) => change({ to: name })} />
      </div>
      <Read of={read} lines={6}>
        {({ versions }) =>
          versions.length === 0 ? (
            <EmptyState icon="data" title="No recorded data differ">
              {`What dvc.lock and the .dvc files of ${from} and ${to} record is the same.`}
            </EmptyState>
          ) : (
            versions.map((version) => <VersionCard key={version.path} version={version} />)
          )
        }
      </Read>
    </div>
  )
}

function VersionCard({ version }: { version: DataVersionChange }): ReactNode {
  const { path, change, old, new: now, files, count, incomplete } = version
  const [only] = files
  const single = files.length === 1 && only?.path === path
  return (
    <Card
      title={<code>{path}</code>}
      aside={
        <>
          <span className="small muted">
            {old === undefined ? '' : formatBytes(old.size)}
            {old !== undefined && now !== undefined ? ' → ' : ''}
            {now === undefined ? '' : formatBytes(now.size)}
          </span>
          <StatusPill health={health[change]} word={change} />
        </>
      }
    >
      <div className="stack">
        {incomplete && (
          <p className="small">
            Its list of files is not in the cache on this machine; tidemill fetch brings it.
          </p>
        )}
        {!single && count > 0 && <p className="small">{countsText(files, count)}</p>}
        {single && (
          <p className="small muted">
            {shortDigest(old?.md5)} → {shortDigest(now?.md5)}
          </p>
        )}
        {single && only !== undefined ? (
          <TableChanges file={only} atOnce={(old?.size ?? 0) + (now?.size ?? 0) < readAtOnce} />
        ) : (
          <ul className="file-changes" tabIndex={0} aria-label={`Files of ${path}`}>
            {files.map((file) => (
              <li key={file.path}>
                <StatusPill health={health[file.change]} word={file.change} />
                <span className="grow wrap-anywhere">
                  {file.from !== undefined && <span className="muted">{file.from} → </span>}
                  {file.path}
                </span>
                <TableChanges file={file} />
              </li>
            ))}
            {count > files.length && (
              <li className="muted">and {formatCount(count - files.length)} more</li>
            )}
          </ul>
        )}
      </div>
    </Card>
  )
}

function shortDigest(md5: string | undefined): ReactNode {
  return md5 === undefined ? 'nothing' : <code title={md5}>{md5.slice(0, 10)}</code>
}

function countsText(files: readonly DataFileChange[], count: number): string {
  if (count > files.length) return `${plural(count, 'file')} differ`
  return (['added', 'deleted', 'modified', 'renamed'] as const)
    .flatMap((change) => {
      const some = files.filter((file) => file.change === change).length
      return some === 0 ? [] : [`${plural(some, 'file')} ${change}`]
    })
    .join(', ')
}

/** Versions that are smaller than this together are compared without being asked. */
const readAtOnce = 5e6

interface TableChangesProps {
  readonly file: DataFileChange
  readonly atOnce?: boolean
}

/** Rows and columns of a table that has two versions; read when asked for where many files differ. */
function TableChanges({ file, atOnce = false }: TableChangesProps): ReactNode {
  const { path, old, new: now } = file
  const isTable = /\.(csv|tsv|parquet|jsonl|ndjson)$/i.test(path)
  const [asked, setAsked] = useState(atOnce)
  const ready = isTable && old !== undefined && now !== undefined
  const read = useRead(
    operations.pipelines.table,
    { path, old: old ?? '', new: now ?? '' },
    { enabled: ready && asked },
  )
  if (!ready) return null
  if (!asked) {
    return (
      <button
        type="button"
        className="text-button small compare-rows"
        onClick={() => setAsked(true)}
      >
        Compare rows
      </button>
    )
  }
  if (read.isPending) return <span className="muted small">reading …</span>
  const changes = read.data?.changes
  if (changes === undefined)
    return <span className="muted small">not a table that can be read here</span>
  const [before = 0, after = 0] = changes.rows
  return (
    <span className="small">
      {formatCount(before)} → {formatCount(after)} rows
      {changes.columnsAdded.length > 0 && `, columns added: ${changes.columnsAdded.join(', ')}`}
      {changes.columnsRemoved.length > 0 &&
        `, columns removed: ${changes.columnsRemoved.join(', ')}`}
      {changes.columnsChanged.length > 0 &&
        `, cells changed: ${changes.columnsChanged
          .map(({ name, cells }) => `${name} (${formatCount(cells)})`)
          .join(', ')}`}
    </span>
  )
}
