import { Button, Checkbox, TextInput } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import { operations, type PipelineExperiment } from '#contract'
import { Card } from '../../design/card.tsx'
import { Confirm } from '../../design/confirm.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatCell, plural } from '../../design/format.ts'
import { useGo } from '../../design/link.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'
import { ExperimentComparison } from './experiment-comparison.tsx'
import { columnsOf, nameOf } from './experiment-columns.ts'

/** The work tree, HEAD and the experiments on it, with what was set and what came out. */
export function ExperimentsTab(): ReactNode {
  const read = useRead(operations.pipelines.experiments, {})
  return (
    <Read of={read} lines={8}>
      {({ rows }) => <ExperimentTable rows={rows} />}
    </Read>
  )
}

function ExperimentTable({ rows }: { rows: readonly PipelineExperiment[] }): ReactNode {
  const go = useGo()
  const may = useMay('pipeline:run')
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [changedOnly, setChangedOnly] = useState(true)
  const columns = useMemo(() => tableColumns(rows, changedOnly), [rows, changedOnly])
  const chosen = rows.filter((row) => selected.has(idOf(row)))
  const [one, other] = chosen
  const experiments = chosen.filter((row) => row.baseline !== undefined)
  return (
    <div className="stack wide">
      <div className="line spread">
        <span className="line">
          <Checkbox
            label="Only columns that differ"
            checked={changedOnly}
            onChange={(event) => setChangedOnly(event.currentTarget.checked)}
          />
          {selected.size > 0 && <span className="muted small">{selected.size} chosen</span>}
        </span>
        <span className="line">
          {one !== undefined && other !== undefined && chosen.length === 2 && (
            <Button
              size="xs"
              variant="default"
              onClick={() =>
                go(paths.pipelineTab('attribution', { from: nameOf(other), to: nameOf(one) }))
              }
            >
              Why do they differ?
            </Button>
          )}
          {may && experiments.length === 1 && chosen.length === 1 && experiments[0] && (
            <Promote row={experiments[0]} />
          )}
          {may && experiments.length > 0 && experiments.length === chosen.length && (
            <Remove rows={experiments} onDone={() => setSelected(new Set())} />
          )}
        </span>
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
      {one !== undefined && other !== undefined && chosen.length === 2 && (
        <ExperimentComparison from={other} to={one} />
      )}
      {rows.every((row) => row.baseline === undefined) && (
        <EmptyState
          icon="runs"
          title="No experiment is on this commit yet"
          command="tidemill exp run -S train.rate=0.1"
        >
          An experiment runs the pipeline with other parameters beside your work tree. Each shows
          here with its parameters and metrics.
        </EmptyState>
      )}
    </div>
  )
}

function tableColumns(
  rows: readonly PipelineExperiment[],
  changedOnly: boolean,
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
  return [
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
      id: 'rev',
      header: 'Commit',
      value: (row) => row.rev,
      cell: (row) => (row.rev === 'workspace' ? '—' : <code>{row.rev.slice(0, 7)}</code>),
    },
    {
      id: 'time',
      header: 'Made',
      value: (row) => row.time,
      cell: (row) => row.time?.replace('T', ' ').slice(0, 16) ?? '—',
    },
    ...values,
  ]
}

function idOf(row: PipelineExperiment): string {
  return row.name ?? row.rev
}

function Promote({ row }: { row: PipelineExperiment }): ReactNode {
  const [open, setOpen] = useState(false)
  const name = row.name ?? row.rev
  const [branch, setBranch] = useState(`${name}-branch`)
  const act = useAct(operations.pipelines.branchExperiment, {
    done: ({ branch: made }) => `The branch ${made} has it`,
    onDone: () => setOpen(false),
  })
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        Make a branch
      </Button>
      <Confirm
        open={open}
        title={`Make a branch of ${name}`}
        verb="Make the branch"
        busy={act.isPending}
        onConfirm={() => act.mutate({ name, branch })}
        onClose={() => setOpen(false)}
      >
        <p>The branch has the files of the experiment; its data come with tidemill checkout.</p>
        <TextInput
          label="Name of the branch"
          value={branch}
          onChange={(event) => setBranch(event.currentTarget.value)}
        />
      </Confirm>
    </>
  )
}

function Remove(props: { rows: readonly PipelineExperiment[]; onDone: () => void }): ReactNode {
  const { rows, onDone } = props
  const [open, setOpen] = useState(false)
  const act = useAct(operations.pipelines.removeExperiment)
  const remove = async () => {
    for (const row of rows) await act.mutateAsync({ name: row.name ?? row.rev })
    setOpen(false)
    onDone()
  }
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        Remove
      </Button>
      <Confirm
        open={open}
        danger
        title={`Remove ${plural(rows.length, 'experiment')}`}
        verb="Remove"
        busy={act.isPending}
        onConfirm={() => void remove()}
        onClose={() => setOpen(false)}
      >
        <p>
          {rows.map(nameOf).join(', ')}: what {rows.length === 1 ? 'it' : 'they'} made stays in the
          cache until tidemill gc.
        </p>
      </Confirm>
    </>
  )
}
