import { Button, NativeSelect, NumberInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type AttributionPlan } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatDuration, plural } from '../../design/format.ts'
import { useGo } from '../../design/link.tsx'
import { When } from '../../design/when.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { useSearchState } from '../../app/search-state.ts'
import { useMay } from '../../app/session.ts'
import { CancellableJob } from './cancellable-job.tsx'
import { CauseList } from './cause-list.tsx'
import { RevisionPicker } from './revision-picker.tsx'
import { sideName } from './side-name.ts'

type Detail = 'key' | 'group' | 'file'

/** Asks why two results differ, shows what that would run, runs it, and lists what was asked before. */
export function AttributionTab(): ReactNode {
  const may = useMay('pipeline:run')
  return (
    <div className="stack wide">
      {may && <Ask />}
      <Earlier />
    </div>
  )
}

function Ask(): ReactNode {
  const go = useGo()
  const [search, change] = useSearchState()
  const [from, to] = [search.from ?? 'HEAD', search.to ?? 'workspace']
  const [detail, setDetail] = useState<Detail>('key')
  const [runs, setRuns] = useState(64)
  const [repeats, setRepeats] = useState(1)
  const [job, setJob] = useState<string>()
  const request = { from, to, params: detail, runs, repeats }
  const plan = useAct(operations.pipelines.attributionPlan, { quiet: true })
  const start = useAct(operations.pipelines.attribute, { onDone: (done) => setJob(done.job.id) })
  const running = useRead(
    operations.jobs.get,
    { id: job ?? '' },
    { enabled: job !== undefined, everyMs: 1000 },
  )
  const result = running.data?.job.result as { attribution?: string } | undefined
  const done =
    job !== undefined && running.data?.job.state === 'done' ? result?.attribution : undefined
  const changed = (apply: () => void) => {
    apply()
    plan.reset()
  }
  return (
    <Card title="Why did a metric change?">
      <div className="stack wide">
        <p className="small">
          The pipeline runs with some of what differs taken from the one side and the rest from the
          other, in work trees beside yours. Each cause gets its share of the change; what the cache
          holds does not run again.
        </p>
        <div className="picker-row">
          <RevisionPicker
            label="From"
            value={from}
            onChange={(name) => changed(() => change({ from: name }))}
          />
          <RevisionPicker
            label="To"
            value={to}
            onChange={(name) => changed(() => change({ to: name }))}
          />
          <NativeSelect
            label="Parameters"
            value={detail}
            onChange={(event) => {
              const value = event.currentTarget.value as Detail
              changed(() => setDetail(value))
            }}
            data={[
              { value: 'key', label: 'each by itself' },
              { value: 'group', label: 'by first key' },
              { value: 'file', label: 'by file' },
            ]}
          />
          <NumberInput
            label="Runs at most"
            value={runs}
            min={2}
            max={4096}
            onChange={(value) => changed(() => setRuns(Number(value) || 64))}
          />
          <NumberInput
            label="Times each"
            value={repeats}
            min={1}
            max={100}
            onChange={(value) => changed(() => setRepeats(Number(value) || 1))}
          />
        </div>
        <div className="line">
          <Button
            {...(plan.data === undefined ? {} : { variant: 'default' })}
            loading={plan.isPending}
            onClick={() => plan.mutate(request)}
          >
            What differs?
          </Button>
          {plan.data !== undefined && plan.data.causes.some((cause) => !cause.idle) && (
            <Button loading={start.isPending} onClick={() => start.mutate(request)}>
              Share out the change
            </Button>
          )}
        </div>
        {plan.isError && <ErrorState error={plan.error} />}
        {plan.data !== undefined && <PlanView plan={plan.data} />}
        {job !== undefined && <CancellableJob id={job} />}
        {done !== undefined && (
          <div className="line">
            <Button onClick={() => go(paths.attribution(done))}>See the shares</Button>
          </div>
        )}
      </div>
    </Card>
  )
}

function PlanView({ plan }: { plan: AttributionPlan }): ReactNode {
  const { causes, undeclared, counterfactuals, cached, stages, seconds, method } = plan
  const active = causes.filter((cause) => !cause.idle)
  return (
    <div className="stack">
      {active.length === 0 ? (
        <p>Nothing differs that a metric of the pipeline can feel.</p>
      ) : (
        <p>
          {plural(active.length, 'cause')}, {plural(counterfactuals, 'counterfactual')} (
          {method === 'exact' ? 'every combination' : 'sampled'}), {cached} from the cache
          {stages === 0
            ? ': nothing has to run.'
            : `; at most ${plural(stages, 'stage')} to run${seconds === undefined ? '.' : `, about ${formatDuration(seconds * 1000)}.`}`}
        </p>
      )}
      <CauseList causes={causes} />
      {undeclared.length > 0 && (
        <div className="notice attention">
          <p className="small">
            No stage declares {undeclared.join(', ')}, which{' '}
            {undeclared.length === 1 ? 'differs' : 'differ'} too. A stage that reads one should name
            it under deps.
          </p>
        </div>
      )}
    </div>
  )
}

interface Row {
  readonly id: string
  readonly time: number
  readonly from: string
  readonly to: string
  readonly method: string
  readonly complete: boolean
  readonly causes: number
  readonly metrics: number
}

const columns: readonly Column<Row>[] = [
  {
    id: 'what',
    header: 'Between',
    pinned: true,
    value: (row) => `${sideName(row.from)} → ${sideName(row.to)}`,
  },
  { id: 'causes', header: 'Causes', numeric: true, value: (row) => row.causes },
  { id: 'metrics', header: 'Metrics', numeric: true, value: (row) => row.metrics },
  {
    id: 'method',
    header: 'Method',
    value: (row) => (row.complete ? row.method : `${row.method}, cut off`),
  },
  {
    id: 'time',
    header: 'Made',
    value: (row) => row.time,
    cell: (row) => <When time={row.time} />,
  },
]

function Earlier(): ReactNode {
  const read = useRead(operations.pipelines.attributions, {})
  return (
    <Read of={read} lines={4}>
      {({ attributions }) =>
        attributions.length === 0 ? (
          <EmptyState
            icon="lineage"
            title="No change was shared out yet"
            command="tidemill attribute HEAD~1 HEAD"
          >
            Choose two results above: commits, branches, experiments, tracked runs (run:ID) or the
            work tree.
          </EmptyState>
        ) : (
          <Card title="Asked before" flush>
            <DataTable
              label="Attributions"
              rows={attributions}
              columns={columns}
              rowId={(row) => row.id}
              href={(row) => paths.attribution(row.id)}
              sort={{ id: 'time', desc: true }}
            />
          </Card>
        )
      }
    </Read>
  )
}
