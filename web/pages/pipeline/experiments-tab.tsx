import { NativeSelect } from '@mantine/core'
import { useEffect, type ReactNode } from 'react'
import { operations, TidemillError, type ExperimentBaseline } from '#contract'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { useSearchState } from '../../app/search-state.ts'
import { ExperimentTable } from './experiment-table.tsx'
import { QueueLine } from './queue-line.tsx'
import { RecordExperiments } from './record-experiments.tsx'

const all = 'all'

/** The work tree and the experiments on HEAD, on another commit, or on every one, those that wait, run or failed too. */
export function ExperimentsTab(): ReactNode {
  const [search, change] = useSearchState()
  const { on } = search
  const input = on === undefined ? {} : on === all ? { all: true } : { on }
  const read = useRead(operations.pipelines.experiments, input, { keep: true })
  // A commit is there to be chosen as long as an experiment is on it.
  const isGone =
    on !== undefined && read.error instanceof TidemillError && read.error.code === 'not_found'
  useEffect(() => {
    if (isGone) change({ on: undefined })
  }, [isGone])
  return (
    <Read of={read} lines={8}>
      {({ rows, baselines, queue }) => (
        <div className="stack wide">
          <div className="line spread">
            <NativeSelect
              size="xs"
              aria-label="On which commit"
              value={on ?? ''}
              onChange={({ currentTarget: { value } }) =>
                change({ on: value === '' ? undefined : value })
              }
              data={choices(baselines)}
            />
            <span className="line">
              <RecordExperiments rows={rows} />
              <QueueLine queue={queue} />
            </span>
          </div>
          <ExperimentTable key={on ?? ''} rows={rows} ofAll={on === all} />
        </div>
      )}
    </Read>
  )
}

/** HEAD comes first of the commits. */
function choices(baselines: readonly ExperimentBaseline[]): { value: string; label: string }[] {
  const [head, ...others] = baselines
  const label = ({ rev, subject, experiments }: ExperimentBaseline) =>
    `${rev.slice(0, 7)} ${subject.slice(0, 60)} (${experiments})`
  const total = baselines.reduce((sum, each) => sum + each.experiments, 0)
  return [
    { value: '', label: head === undefined ? 'On HEAD' : `On HEAD: ${label(head)}` },
    { value: all, label: `On every commit (${total})` },
    ...others.map((each) => ({ value: each.rev, label: `On ${label(each)}` })),
  ]
}
