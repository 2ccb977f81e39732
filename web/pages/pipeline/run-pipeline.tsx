import { Button, Checkbox, Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type GraphStage, type PlannedStage, type RunForecast } from '#contract'
import { formatBytes, formatDuration, plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Stat, StatRow } from '../../design/stat.tsx'
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
          {({ stages, forecast }) => {
            const due = stages.filter((stage) => stage.action !== 'skip')
            return due.length === 0 ? (
              <p>Nothing has changed: there is nothing to run.</p>
            ) : (
              <>
                <p>{dueText(due)}</p>
                {forecast !== undefined && <Forecast of={forecast} />}
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

function dueText(due: readonly PlannedStage[]): string {
  const running = due.filter((stage) => stage.action === 'run').length
  const restored = due.length - running
  const cached = `${plural(restored, 'stage')} from the cache`
  if (running === 0) return `${cached}.`
  return `${plural(running, 'stage')} to run${restored === 0 ? '' : `, ${cached}`}.`
}

/** What the run will take by the last runs of its stages, with where nine of ten runs end. */
function Forecast({ of: { seconds, memoryBytes, unknown } }: { of: RunForecast }): ReactNode {
  const time = (value: number) => formatDuration(value * 1000)
  return (
    <>
      <StatRow>
        <Stat
          name="Time"
          value={`about ${time(seconds.median)}`}
          note={`nine of ten runs: ${time(seconds.low)} to ${time(seconds.high)}`}
        />
        {memoryBytes.high > 0 && (
          <Stat
            name="Memory"
            value={`about ${formatBytes(Math.round(memoryBytes.median))}`}
            note={`${formatBytes(Math.round(memoryBytes.low))} to ${formatBytes(Math.round(memoryBytes.high))}, of all that runs at once`}
          />
        )}
      </StatRow>
      {unknown.length > 0 && (
        <p className="small muted">
          Not counted, as they never ran here: {unknown.slice(0, 5).join(', ')}
          {unknown.length > 5 && ` and ${unknown.length - 5} more`}.
        </p>
      )}
    </>
  )
}
