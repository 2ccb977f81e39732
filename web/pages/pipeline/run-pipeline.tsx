import { Button, Checkbox, Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type GraphStage } from '#contract'
import { formatDuration, plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'
import { CancellableJob } from './cancellable-job.tsx'
import { stateOf } from './stage-state.ts'

/** What a run would do, the button that shows its plan, and the run itself. */
export function RunPipeline({ stages }: { stages: readonly GraphStage[] }): ReactNode {
  const [open, setOpen] = useState(false)
  const may = useMay('pipeline:run')
  const jobs = useRead(operations.jobs.list, { kind: 'repro' })
  const [latest] = jobs.data?.jobs ?? []
  const running = latest?.state === 'running' || latest?.state === 'waiting'
  const due = stages.filter((stage) => stage.action !== 'skip').length
  return (
    <div className="stack">
      <div className="line spread">
        <span>
          {due === 0
            ? `All ${plural(stages.length, 'stage')} are up to date.`
            : `${due} of ${plural(stages.length, 'stage')} would run.`}
        </span>
        {may && !running && (
          <Button leftSection={<Icon name="play" size={15} />} onClick={() => setOpen(true)}>
            Run …
          </Button>
        )}
      </div>
      {latest !== undefined &&
        (running || latest.state === 'failed' || latest.state === 'dead') && (
          <CancellableJob id={latest.id} />
        )}
      <RunDialog open={open} onClose={() => setOpen(false)} />
    </div>
  )
}

function RunDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const [force, setForce] = useState(false)
  const input = force ? { force } : {}
  const plan = useRead(operations.pipelines.plan, input, { enabled: open, keep: true })
  const repro = useAct(operations.pipelines.repro, { onDone: onClose })
  return (
    <Modal opened={open} onClose={onClose} title="Run the pipeline" size="lg">
      <div className="stack wide">
        <Checkbox
          label="Run all, changed or not"
          checked={force}
          onChange={(event) => setForce(event.currentTarget.checked)}
        />
        <Read of={plan} lines={4}>
          {({ stages, seconds }) => {
            const due = stages.filter((stage) => stage.action !== 'skip')
            return due.length === 0 ? (
              <p>Nothing has changed: there is nothing to run.</p>
            ) : (
              <>
                <p>
                  {plural(due.length, 'stage')}
                  {seconds !== undefined && seconds > 0
                    ? `, about ${formatDuration(seconds * 1000)} by their last runs`
                    : seconds === undefined
                      ? '; how long is not known, as some never ran here'
                      : ''}
                  .
                </p>
                <ul className="plan-list" tabIndex={0} aria-label="Plan">
                  {due.map((stage) => {
                    const { health, word } = stateOf({ ...stage, frozen: false })
                    return (
                      <li key={stage.stage}>
                        <span className="grow wrap-anywhere">
                          <strong>{stage.stage}</strong>
                          <span className="muted small"> {stage.reasons[0]?.summary}</span>
                        </span>
                        <StatusPill health={health} word={word} />
                      </li>
                    )
                  })}
                </ul>
              </>
            )
          }}
        </Read>
        <div className="line" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button
            leftSection={<Icon name="play" size={15} />}
            loading={repro.isPending}
            disabled={plan.data?.stages.every((stage) => stage.action === 'skip') ?? true}
            onClick={() => repro.mutate(input)}
          >
            Run
          </Button>
        </div>
      </div>
    </Modal>
  )
}
