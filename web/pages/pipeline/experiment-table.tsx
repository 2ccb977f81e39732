import { Checkbox } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import type { PipelineExperiment } from '#contract'
import { paths } from '../../app/paths.ts'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatCell } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { ExperimentActions } from './experiment-actions.tsx'
import { ExperimentComparison } from './experiment-comparison.tsx'
import { ExperimentLog } from './experiment-log.tsx'
import { columnsOf, experimentPill, isKept, nameOf, rowIds } from './experiment-columns.ts'

interface ExperimentTableProps {
  readonly rows: readonly PipelineExperiment[]
  /** Whether they are on several commits. */
  readonly ofAll: boolean
}

/** Experiments with what was set and what came out; two that are chosen are compared, one shows its log. */
export function ExperimentTable({ rows, ofAll }: ExperimentTableProps): ReactNode {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [changedOnly, setChangedOnly] = useState(true)
  const ids = useMemo(() => rowIds(rows), [rows])
  const columns = useMemo(() => tableColumns(rows, changedOnly, ofAll), [rows, changedOnly, ofAll])
  const idOf = (row: PipelineExperiment) => ids.get(row) ?? row.rev
  const chosen = rows.filter((row) => selected.has(idOf(row)))
  const [one, other, third] = chosen
  return (
    <>
      <div className="line spread">
        <span className="line">
          <Checkbox
            label="Only columns that differ"
            checked={changedOnly}
            onChange={(event) => setChangedOnly(event.currentTarget.checked)}
          />
          {chosen.length > 0 && <span className="muted small">{chosen.length} chosen</span>}
        </span>
        <ExperimentActions chosen={chosen} onGone={() => setSelected(new Set())} />
      </div>
      <Card flush>
        <DataTable
          label="Experiments"
          rows={rows}
          columns={columns}
          rowId={idOf}
          selected={selected}
          onSelect={setSelected}
        />
      </Card>
      {one !== undefined && other === undefined && one.queueId !== undefined && (
        <ExperimentLog key={one.queueId} row={one} id={one.queueId} />
      )}
      {one !== undefined && other !== undefined && third === undefined && (
        <ExperimentComparison from={other} to={one} />
      )}
      {rows.every((row) => row.baseline === undefined) && (
        <EmptyState
          icon="runs"
          title={ofAll ? 'There is no experiment yet' : 'No experiment is on this commit yet'}
          command="tidemill exp run --queue -S train.rate=0.1,0.2"
        >
          An experiment runs the pipeline with other parameters beside your work tree. Each shows
          here with its state, parameters and metrics.
        </EmptyState>
      )}
    </>
  )
}

function tableColumns(
  rows: readonly PipelineExperiment[],
  changedOnly: boolean,
  ofAll: boolean,
): readonly Column<PipelineExperiment>[] {
  const values = columnsOf(rows, changedOnly).map(({ kind, key }): Column<PipelineExperiment> => ({
    id: `${kind}:${key}`,
    header: key,
    numeric: rows.every((row) => ['number', 'undefined'].includes(typeof row[kind][key])),
    headerAside: (
      <span className={`column-kind ${kind}`}>{kind === 'metrics' ? 'metric' : 'param'}</span>
    ),
    value: (row) => {
      const value = row[kind][key]
      return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
        ? value
        : value === undefined || value === null
          ? undefined
          : JSON.stringify(value)
    },
    cell: (row) => formatCell(row[kind][key]),
  }))
  return [...facts, ...(ofAll ? [baseline] : []), ...values]
}

const baseline: Column<PipelineExperiment> = {
  id: 'on',
  header: 'On',
  value: (row) => row.baseline,
  cell: (row) => (row.baseline === undefined ? '—' : <code>{row.baseline.slice(0, 7)}</code>),
}

const facts: readonly Column<PipelineExperiment>[] = [
  {
    id: 'name',
    header: 'Experiment',
    pinned: true,
    value: nameOf,
    cell: (row) => (
      <span className={row.baseline === undefined ? 'strong' : 'experiment-name'}>
        {nameOf(row)}
        {row.error !== undefined && <span className="muted small"> {row.error}</span>}
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: (row) => experimentPill(row)?.word,
    cell: (row) => {
      const pill = experimentPill(row)
      return pill === undefined ? '—' : <StatusPill {...pill} />
    },
  },
  {
    id: 'rev',
    header: 'Commit',
    value: (row) => commitOf(row),
    cell: (row) => {
      const commit = commitOf(row)
      return commit === undefined ? '—' : <code>{commit}</code>
    },
  },
  {
    id: 'run',
    header: 'Run',
    value: (row) => row.run,
    cell: ({ run }) => (run === undefined ? '—' : <Link href={paths.run(run)}>run</Link>),
  },
  {
    id: 'time',
    header: 'Made',
    value: (row) => row.time,
    cell: (row) => row.time?.replace('T', ' ').slice(0, 16) ?? '—',
  },
]

/** Of one that came to nothing yet it is that of the files it runs with, which says nothing. */
function commitOf(row: PipelineExperiment): string | undefined {
  const isCommit = row.rev !== 'workspace' && (row.baseline === undefined || isKept(row))
  return isCommit ? row.rev.slice(0, 7) : undefined
}
