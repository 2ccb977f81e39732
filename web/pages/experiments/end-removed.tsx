import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations, type GarbageReport, type InputOf } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { formatBytes, formatCount, plural } from '../../design/format.ts'
import { KeyValue, type Fact } from '../../design/key-value.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'

interface EndRemovedProps {
  /** What of all that was removed; all of it unless said. */
  readonly of: Pick<InputOf<typeof operations.runs.gc>, 'runs' | 'experiment'>
  readonly onDone?: () => void
  readonly onClose: () => void
}

/** Ends for good what was removed, after a report of what that is. */
export function EndRemoved({ of, onDone, onClose }: EndRemovedProps): ReactNode {
  const plan = useRead(operations.runs.gc, { ...of, dry: true })
  const end = useAct(operations.runs.gc, {
    quiet: true,
    done: (report) =>
      `${plural(report.runs, 'run')} gone for good, ${formatBytes(report.bytes)} freed`,
    onDone: () => {
      onDone?.()
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} title="End for good what was removed?">
      <div className="stack wide">
        <Read of={plan} lines={4}>
          {(report) => (
            <>
              <KeyValue facts={factsOf(report)} />
              {report.kept.length > 0 && (
                <p className="small">
                  {plural(report.kept.length, 'run or model', 'runs and models')} stay, which
                  registered versions need.
                </p>
              )}
              <p>
                {hasWork(report)
                  ? 'Nothing brings it back.'
                  : 'There is nothing that could go: nothing is removed, or all of it is needed.'}
              </p>
            </>
          )}
        </Read>
        {end.error !== null && <ErrorState error={end.error} />}
        <div className="line" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            color="red.8"
            loading={end.isPending}
            disabled={plan.data === undefined || !hasWork(plan.data)}
            onClick={() => end.mutate({ ...of, dry: false })}
          >
            End for good
          </Button>
        </div>
      </div>
    </Modal>
  )
}

function hasWork({ runs, models, experiments, objects }: GarbageReport): boolean {
  return runs + models + experiments.length + objects > 0
}

function factsOf(report: GarbageReport): readonly (Fact | false)[] {
  const { runs, models, experiments, objects, bytes, waiting } = report
  return [
    ['Runs', formatCount(runs)],
    ['Logged models', formatCount(models)],
    experiments.length > 0 && ['Experiments', `${experiments.join(', ')} (names are free again)`],
    ['Stored files', objects === 0 ? 'none' : `${formatCount(objects)}, ${formatBytes(bytes)}`],
    waiting.objects > 0 && [
      'Stored just now',
      `${plural(waiting.objects, 'file')}, ${formatBytes(waiting.bytes)}: go the next time`,
    ],
  ]
}
