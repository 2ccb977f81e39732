import { Button, Checkbox, Modal, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import {
  joinArguments,
  operations,
  scriptLine,
  splitArguments,
  type Rerun,
  type Run,
} from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useMay } from '../../app/session.ts'
import { JobProgress } from '../jobs/job-progress.tsx'

/** Makes the run again, as a job, and leads to what came of it; for runs that say which command, stage or script made them. */
export function RerunRun({ run }: { run: Run }): ReactNode {
  const [open, setOpen] = useState(false)
  const [job, setJob] = useState<string>()
  const may = useMay('pipeline:run')
  const { command, pipelineStage } = run.source
  if (!may || (command ?? pipelineStage ?? scriptLine(run.source)) === undefined) return null
  const close = () => setOpen(false)
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon name="play" size={15} />}
        onClick={() => setOpen(true)}
      >
        Run again …
      </Button>
      <Modal
        opened={open}
        onClose={close}
        title={job === undefined ? `Make ${run.name} again?` : `Making ${run.name} again`}
        size="lg"
      >
        {job === undefined ? (
          <Ask run={run} onStart={setJob} onClose={close} />
        ) : (
          <Progress run={run} job={job} onAgain={() => setJob(undefined)} />
        )}
      </Modal>
    </>
  )
}

function Ask({ run, onStart, onClose }: AskProps): ReactNode {
  const [ignoreUncommitted, setIgnore] = useState(false)
  const { code, command, pipelineStage, script, uncommitted } = run.source
  const isScript = command === undefined && pipelineStage === undefined
  const recorded = joinArguments(script?.arguments ?? [])
  const [line, setLine] = useState(recorded)
  const words = splitArguments(line)
  const start = useAct(operations.runs.rerun, {
    quiet: true,
    onDone: ({ job }) => onStart(job.id),
  })
  return (
    <div className="stack wide">
      <p>
        {pipelineStage === undefined ? (
          <>
            Runs{' '}
            <code className="wrap-anywhere">
              {command ? joinArguments(command) : scriptLine(run.source)}
            </code>
          </>
        ) : (
          <>Runs the stage {pipelineStage}</>
        )}{' '}
        with the commit, parameters and data of this run, in a work tree of its own. It becomes a
        run beside this one, and the two are compared.
      </p>
      {code?.includes('+') && (
        <Checkbox
          label="Take the commit as it is"
          description={
            uncommitted?.digest === undefined
              ? 'Files differed from it when the run was made, and nobody kept them.'
              : 'Files differed from it when the run was made; they come from the patch unless this is chosen.'
          }
          checked={ignoreUncommitted}
          onChange={(event) => setIgnore(event.currentTarget.checked)}
        />
      )}
      {isScript && (
        <TextInput
          label="Arguments"
          description="What the script is given; the new run keeps them. Quotes hold words together, and nothing else has a meaning."
          placeholder="--alpha 0.5"
          value={line}
          error={words ? undefined : 'A quote or a backslash is not closed.'}
          onChange={(event) => setLine(event.currentTarget.value)}
        />
      )}
      {start.error !== null && <ErrorState error={start.error} />}
      <div className="line" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onClose}>
          Not now
        </Button>
        <Button
          loading={start.isPending}
          disabled={words === undefined}
          onClick={() =>
            start.mutate({
              run: run.id,
              ...(ignoreUncommitted && { ignoreUncommitted }),
              ...(words && line !== recorded && { arguments: [...words] }),
            })
          }
        >
          Run again
        </Button>
      </div>
    </div>
  )
}

interface AskProps {
  readonly run: Run
  readonly onStart: (job: string) => void
  readonly onClose: () => void
}

function Progress({ run, job, onAgain }: ProgressProps): ReactNode {
  const { data } = useRead(operations.jobs.get, { id: job }, { everyMs: 1000 })
  const state = data?.job.state
  const made = state === 'done' ? (data?.job.result as Rerun | undefined) : undefined
  const differ = made?.metrics.filter((each) => each.before !== each.after) ?? []
  return (
    <div className="stack wide">
      <JobProgress id={job} />
      {made !== undefined && (
        <>
          <p>
            {differ.length === 0
              ? `It came out the same: ${plural(made.metrics.length, 'metric')} alike.`
              : `${differ.length} of ${plural(made.metrics.length, 'metric')} came out otherwise: ${differ.map((each) => each.key).join(', ')}.`}
          </p>
          <div className="line">
            <Link className="button-link" href={paths.run(made.run)}>
              Open the new run
            </Link>
            <Link className="button-link" href={paths.compare([run.id, made.run])}>
              Compare the two
            </Link>
          </div>
        </>
      )}
      {(state === 'failed' || state === 'dead' || state === 'cancelled') && (
        <div className="line">
          <Button variant="default" onClick={onAgain}>
            Try again …
          </Button>
        </div>
      )}
    </div>
  )
}

interface ProgressProps {
  readonly run: Run
  readonly job: string
  readonly onAgain: () => void
}
