import { Button, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type PipelineExperiment } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { plural } from '../../design/format.ts'
import { useGo } from '../../design/link.tsx'
import { useAct } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useMay } from '../../app/session.ts'
import { isKept, nameOf } from './experiment-columns.ts'

interface ExperimentActionsProps {
  readonly chosen: readonly PipelineExperiment[]
  /** Called when the chosen ones are removed. */
  readonly onGone: () => void
}

/** What can be done with the chosen experiments, by their state: what runs is ended, what does not is removed, what is kept is used. */
export function ExperimentActions({ chosen, onGone }: ExperimentActionsProps): ReactNode {
  const go = useGo()
  const may = useMay('pipeline:run')
  const [one, other] = chosen
  if (one === undefined) return null
  const two = chosen.length === 2 && chosen.every((row) => row.state === undefined)
  const experiments = chosen.every((row) => row.baseline !== undefined)
  const running = chosen.filter((row) => row.state === 'running')
  return (
    <span className="line">
      {two && other !== undefined && (
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
      {may && chosen.length === 1 && isKept(one) && (
        <>
          <Apply key={`apply ${one.rev}`} row={one} />
          <Promote key={one.rev} row={one} />
        </>
      )}
      {may && running.length === chosen.length && <End rows={running} />}
      {may && experiments && running.length === 0 && <Remove rows={chosen} onDone={onGone} />}
    </span>
  )
}

function Apply({ row }: { row: PipelineExperiment }): ReactNode {
  const [open, setOpen] = useState(false)
  const act = useAct(operations.pipelines.applyExperiment, {
    done: `The work tree is ${nameOf(row)}`,
    onDone: () => setOpen(false),
  })
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        Apply
      </Button>
      <Confirm
        open={open}
        title={`Bring the work tree to ${nameOf(row)}`}
        verb="Apply"
        busy={act.isPending}
        onConfirm={() => act.mutate({ name: row.ref ?? row.rev })}
        onClose={() => setOpen(false)}
      >
        <p>
          Files and data of the server’s work tree become those of the experiment; HEAD stays. What
          no commit, experiment or cache has is not overwritten: it is refused by name.
        </p>
      </Confirm>
    </>
  )
}

function Promote({ row }: { row: PipelineExperiment }): ReactNode {
  const [open, setOpen] = useState(false)
  const name = nameOf(row)
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
        onConfirm={() => act.mutate({ name: row.ref ?? row.rev, branch })}
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

function End({ rows }: { rows: readonly PipelineExperiment[] }): ReactNode {
  const act = useAct(operations.pipelines.killQueued)
  return (
    <Button
      size="xs"
      variant="default"
      loading={act.isPending}
      onClick={() => {
        for (const { queueId } of rows) if (queueId !== undefined) act.mutate({ id: queueId })
      }}
    >
      End
    </Button>
  )
}

function Remove(props: { rows: readonly PipelineExperiment[]; onDone: () => void }): ReactNode {
  const { rows, onDone } = props
  const [open, setOpen] = useState(false)
  const kept = useAct(operations.pipelines.removeExperiment)
  const queued = useAct(operations.pipelines.removeQueued)
  const remove = async () => {
    for (const row of rows) {
      if (isKept(row)) await kept.mutateAsync({ name: row.ref ?? row.rev })
      else if (row.queueId !== undefined) await queued.mutateAsync({ id: row.queueId })
    }
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
        busy={kept.isPending || queued.isPending}
        onConfirm={() => void remove().catch(() => setOpen(false))}
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
