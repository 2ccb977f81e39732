import type { ReactNode } from 'react'
import { operations, type StorageUse } from '#contract'
import { Card } from '../../design/card.tsx'
import { Command } from '../../design/code-block.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { formatBytes, formatCount, plural } from '../../design/format.ts'
import { Stat, StatRow } from '../../design/stat.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'

type Output = StorageUse['outputs'][number]

const columns: readonly Column<Output>[] = [
  { id: 'path', header: 'Output', pinned: true, value: (output) => output.path },
  {
    id: 'size',
    header: 'Size',
    numeric: true,
    value: (output) => output.size,
    cell: (output) => formatBytes(output.size),
  },
  { id: 'files', header: 'Files', numeric: true, value: (output) => output.files },
  {
    id: 'here',
    header: 'In the cache',
    value: (output) => output.here,
    cell: (output) => (
      <StatusPill
        health={output.here ? 'good' : 'attention'}
        word={output.here ? 'here' : 'missing'}
      />
    ),
  },
  {
    id: 'remote',
    header: 'On the remote',
    value: (output) => output.onRemote,
    cell: (output) =>
      output.onRemote === undefined ? (
        '—'
      ) : (
        <StatusPill
          health={output.onRemote ? 'good' : 'attention'}
          word={output.onRemote ? 'there' : 'only here'}
        />
      ),
  },
]

/** What the cache and the remotes hold, what nothing uses, and what would be lost with this machine. */
export function StorageTab(): ReactNode {
  const read = useRead(operations.pipelines.storage, {})
  return (
    <Read of={read} lines={8}>
      {(use) => (
        <div className="stack wide">
          <StatRow>
            <Stat
              name="In the cache"
              value={formatBytes(use.total.bytes)}
              note={plural(use.total.objects, 'object')}
            />
            <Stat
              name="Unused"
              value={use.unused === undefined ? '—' : formatBytes(use.unused.bytes)}
              note={
                use.unused === undefined
                  ? 'not known: not every commit is here and can be read'
                  : `${plural(use.unused.objects, 'object')} that no commit or experiment records`
              }
            />
            <Stat
              name="Only here"
              value={use.onlyHere === undefined ? '—' : formatBytes(use.onlyHere.bytes)}
              note={
                use.onlyHere === undefined
                  ? 'no default remote that can be asked'
                  : `${plural(use.onlyHere.objects, 'object')} that the remote does not have`
              }
            />
            <Stat name="Runs to go back to" value={formatCount(use.runs)} note="in the run cache" />
          </StatRow>
          {(use.onlyHere?.objects ?? 0) > 0 && (
            <div className="notice attention">
              <div className="stack">
                <p>
                  What is only here is lost with this machine. This sends the data of every commit;
                  tidemill exp push sends that of experiments.
                </p>
                <Command line="tidemill push -A" />
              </div>
            </div>
          )}
          {(use.unused?.objects ?? 0) > 0 && (
            <div className="notice">
              <div className="stack">
                <p>Unused objects can go. What the remote does not provably have is kept.</p>
                <Command line="tidemill gc -A --all-experiments" />
              </div>
            </div>
          )}
          <Card title="Remotes">
            {use.remotes.length === 0 ? (
              <div className="stack">
                <p>There is no remote: everything is on this machine alone.</p>
                <Command line="tidemill remote add -d backup /mnt/backup/data" />
              </div>
            ) : (
              <ul className="remote-list">
                {use.remotes.map((remote) => (
                  <li key={remote.name}>
                    <strong>{remote.name}</strong>
                    {remote.default && <span className="tag">default</span>}
                    <code className="grow wrap-anywhere">{remote.url}</code>
                    <span className="small muted">
                      {remote.stored === undefined
                        ? (remote.problem ?? 'not asked')
                        : plural(remote.stored, 'object')}
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </Card>
          <Card title="Recorded outputs" flush>
            <DataTable
              label="Recorded outputs"
              rows={use.outputs}
              columns={columns}
              rowId={(output) => output.path}
            />
          </Card>
        </div>
      )}
    </Read>
  )
}
