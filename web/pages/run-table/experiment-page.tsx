import { SegmentedControl, Switch } from '@mantine/core'
import { lazy, Suspense, type ReactNode } from 'react'
import { operations, TidemillError } from '#contract'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatCount, plural } from '../../design/format.ts'
import { Page } from '../../design/page.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { useRead } from '../../app/api.tsx'
import { noteTag } from '../../app/note-tag.ts'
import { paths } from '../../app/paths.ts'
import { usePathPart } from '../../app/search-state.ts'
import { EvaluationDatasetList } from '../evaluation-datasets/evaluation-dataset-list.tsx'
import { ExperimentAbout, firstLine } from '../experiments/experiment-about.tsx'
import { LoggedModelList } from '../logged-models/logged-model-list.tsx'
import { TraceList } from '../traces/trace-list.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { ColumnPicker } from './column-picker.tsx'
import { GroupPicker } from './group-picker.tsx'
import { NoRuns } from './no-runs.tsx'
import { QueryBox } from './query/query-box.tsx'
import { RunGrid } from './run-grid.tsx'
import { SincePicker } from './since-picker.tsx'
import { useRunTable } from './use-run-table.ts'
import { ViewMenu } from './view-menu.tsx'
import type { Mode } from './view-state.ts'
import './run-table.css'

const ChartBoard = lazy(async () => ({
  default: (await import('../charts/chart-board.tsx')).ChartBoard,
}))

/** The runs of an experiment, or of several: a table of all of them, and charts of those chosen. */
export function ExperimentPage(): ReactNode {
  const asked = usePathPart('name')
  const read = useRead(operations.runs.experiments, {})
  const known = read.data?.experiments
  // Addresses of MLflow's pages have the identifier.
  const experiment =
    known?.find((each) => each.name === asked) ?? known?.find((each) => each.id === asked)
  const name = experiment?.name ?? asked
  const table = useRunTable(experiment, known ?? [])
  const { view, change, order, groups } = table

  const crumbs = [{ name: 'Runs', href: paths.runs }]
  if (known === undefined || experiment === undefined) {
    const error =
      read.error ?? (known && new TidemillError('not_found', { kind: 'experiment', name }))
    return (
      <Page title={name} crumbs={crumbs}>
        {error === undefined ? (
          <Skeleton lines={10} />
        ) : (
          <ErrorState error={error} retry={() => void read.refetch()} />
        )}
      </Page>
    )
  }
  const others = view.also.flatMap((id) => known.find((each) => each.id === id) ?? [])
  const failed = order.error ?? groups.error
  const isCharts = view.mode === 'charts'
  const isAll = view.filter === '' && view.since === undefined
  const isEmpty = order.data?.total === 0 && isAll && !view.removed
  return (
    <Page
      title={name}
      crumbs={crumbs}
      intro={
        others.length === 0
          ? firstLine(experiment.tags[noteTag])
          : `With ${others.map((each) => each.name).join(', ')}.`
      }
      actions={
        <SegmentedControl
          className="run-modes"
          aria-label="Show"
          value={view.mode}
          onChange={(mode) => change({ mode: mode as Mode })}
          data={[
            { value: 'table', label: 'Table' },
            { value: 'charts', label: 'Charts' },
            { value: 'traces', label: 'Traces' },
            { value: 'models', label: 'Models' },
            { value: 'datasets', label: 'Datasets' },
            { value: 'about', label: 'About' },
          ]}
        />
      }
    >
      {view.mode === 'about' ? (
        <ExperimentAbout experiment={experiment} />
      ) : view.mode === 'traces' ? (
        <TraceList key={name} experiment={name} />
      ) : view.mode === 'models' ? (
        <LoggedModelList key={name} experiment={name} />
      ) : view.mode === 'datasets' ? (
        <EvaluationDatasetList key={name} experiment={experiment} />
      ) : isEmpty ? (
        <NoRuns experiment={name} onTraces={() => change({ mode: 'traces' })} />
      ) : (
        <div className="run-table" data-mode={view.mode}>
          <div className="run-tools">
            <QueryBox
              experiments={table.ids.join(',')}
              filter={view.filter}
              onFilter={(filter) => change({ filter })}
            />
            <div className="line run-buttons">
              <SincePicker since={view.since} onSince={(since) => change({ since })} />
              <GroupPicker table={table} />
              <ColumnPicker table={table} />
              <ViewMenu table={table} experiment={experiment} all={known} />
            </div>
          </div>
          <BulkBar table={table} />
          <div className="run-split">
            <section className="run-pane card flush" aria-label="Runs">
              {failed !== null ? (
                <Failed error={failed} />
              ) : order.data === undefined && groups.data === undefined ? (
                <Skeleton lines={12} label="Reading the runs" />
              ) : table.lines.count === 0 ? (
                <EmptyState
                  icon="runs"
                  title={view.removed ? 'Nothing is removed' : 'No run is like that'}
                >
                  {view.removed
                    ? 'Runs that are removed show here until they are cleared for good.'
                    : 'Change the filter or the time of start, or clear both to see all runs.'}
                </EmptyState>
              ) : (
                <RunGrid
                  label={`Runs of ${name}`}
                  lines={table.lines}
                  store={table.store}
                  columns={isCharts ? [] : table.columns}
                  pinned={isCharts ? 0 : table.pinned}
                  widths={isCharts ? noWidths : view.widths}
                  order={view.order}
                  group={view.group}
                  selected={table.selected}
                  onSelect={table.select}
                  colorOf={table.colorOf}
                  head={table.head}
                  actions={table.actions}
                  allRows={order.data?.rows ?? []}
                  narrow={isCharts}
                  names={table.names}
                />
              )}
              <div className="run-foot" role="status">
                <Count table={table} />
              </div>
            </section>
            {isCharts && (
              <Suspense fallback={<Skeleton lines={8} label="Loading the charts" />}>
                <ChartBoard
                  table={table}
                  tools={
                    view.group.length > 0 && (
                      <Switch
                        size="xs"
                        label="Groups as means"
                        checked={!view.single}
                        onChange={() => change({ single: !view.single })}
                      />
                    )
                  }
                />
              </Suspense>
            )}
          </div>
        </div>
      )}
    </Page>
  )
}

const noWidths = {}

/** A filter that cannot be read says so itself, where it is written. */
function Failed({ error }: { error: Error }): ReactNode {
  if (!(error instanceof TidemillError && 'at' in error.details)) {
    return <ErrorState error={error} />
  }
  return (
    <EmptyState icon="search" title="The filter cannot be read">
      It is underlined where it stops making sense; Enter tries it again.
    </EmptyState>
  )
}

function Count({ table }: { table: ReturnType<typeof useRunTable> }): ReactNode {
  const { order, groups, view, shownRows, grouped } = table
  const total = order.data?.total ?? 0
  const rows = order.data?.rows.length ?? 0
  return (
    <>
      <span>
        {view.group.length > 0 && groups.data !== undefined
          ? `${plural(groups.data.total, 'group')} of ${plural(total, 'run')}`
          : plural(total, 'run')}
        {view.filter === '' && view.since === undefined ? '' : ' like that'}
        {total > rows && rows > 0 ? `; the first ${formatCount(rows)} are here` : ''}
      </span>
      <span className="muted">
        {grouped === undefined
          ? plural(shownRows.length, 'run')
          : plural(grouped.list.length, 'group')}{' '}
        in charts
      </span>
      {order.isFetching && <span className="muted">reading …</span>}
    </>
  )
}
