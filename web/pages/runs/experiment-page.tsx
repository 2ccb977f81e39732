import { Button, TextInput } from '@mantine/core'
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react'
import { operations, type Run } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatDuration, formatNumber, plural } from '../../design/format.ts'
import { Link, useGo } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { ColumnChooser } from './column-chooser.tsx'
import { MetricBars } from './metric-bars.tsx'
import { columnsOf, columnValue, type RunColumn } from './run-columns.ts'
import { runDuration, runHealth } from './run-status.ts'

const ParallelRuns = lazy(async () => ({
  default: (await import('./parallel-runs.tsx')).ParallelRuns,
}))

/** The runs of one experiment: a table, parallel coordinates, bars of one metric. What is chosen is in the address. */
export function ExperimentPage(): ReactNode {
  const name = usePathPart('name')
  const [search, setSearch] = useSearchState()
  const filter = search.filter ?? ''
  const read = useRead(
    operations.runs.search,
    { experiment: name, limit: 1000, ...(filter === '' ? {} : { filter }) },
    { keep: true, everyMs: 10_000 },
  )
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [brushed, setBrushed] = useState<ReadonlySet<string>>()
  const go = useGo()
  const runs = read.data?.runs ?? noRuns
  const known = useMemo(() => columnsOf(runs), [runs])
  const hidden = new Set((search.hide ?? '').split(',').filter((id) => id !== ''))
  const pinned = (search.pin ?? '').split(',').filter((id) => id !== '')
  const shown = useMemo(() => orderColumns(known, hidden, pinned), [known, search.hide, search.pin])
  const columns = useMemo(() => tableColumns(shown), [shown])
  const rows = brushed === undefined ? runs : runs.filter((run) => brushed.has(run.id))

  return (
    <Page
      title={name}
      crumbs={[{ name: 'Runs', href: paths.runs }]}
      actions={
        <Button
          disabled={selected.size < 2}
          onClick={() => go(paths.compare([...selected]))}
          title="Choose two runs or more in the table"
        >
          Compare {selected.size > 0 ? plural(selected.size, 'run') : 'runs'}
        </Button>
      }
    >
      <FilterBox key={filter} filter={filter} onFilter={(text) => setSearch({ filter: text })} />
      {read.isError && <ErrorState error={read.error} retry={() => void read.refetch()} />}
      {read.data === undefined ? (
        !read.isError && <Skeleton lines={8} />
      ) : runs.length === 0 ? (
        <EmptyState icon="runs" title={filter === '' ? 'No runs yet' : 'No run is like that'}>
          {filter === ''
            ? 'Runs of this experiment show here as soon as they start.'
            : 'Change the filter, or clear it to see all runs.'}
        </EmptyState>
      ) : (
        <>
          {runs.length > 1 && known.some((each) => each.kind === 'metric') && (
            <Card
              title="Parameters against metrics"
              aside={
                brushed === undefined ? (
                  <span className="muted small">Drag along an axis to keep the runs there.</span>
                ) : (
                  <span className="tag sand">{plural(brushed.size, 'run')} kept</span>
                )
              }
            >
              <Suspense fallback={<Skeleton lines={8} label="Loading the chart" />}>
                <ParallelRuns
                  runs={runs}
                  columns={shown}
                  onBrush={setBrushed}
                  metric={search.metric}
                />
              </Suspense>
            </Card>
          )}
          <MetricBars
            runs={rows}
            columns={known}
            metric={search.metric}
            onMetric={(metric) => setSearch({ metric })}
          />
          <Card
            title={plural(rows.length, 'run')}
            aside={
              <ColumnChooser
                columns={known}
                hidden={hidden}
                pinned={new Set(pinned)}
                onHide={(ids) => setSearch({ hide: ids.join(',') })}
                onPin={(ids) => setSearch({ pin: ids.join(',') })}
              />
            }
            flush
          >
            <DataTable
              label={`Runs of ${name}`}
              rows={rows}
              columns={columns}
              rowId={(run) => run.id}
              href={(run) => paths.run(run.id)}
              selected={selected}
              onSelect={setSelected}
            />
          </Card>
        </>
      )}
    </Page>
  )
}

const noRuns: readonly Run[] = []

function orderColumns(
  known: readonly RunColumn[],
  hidden: ReadonlySet<string>,
  pinned: readonly string[],
): readonly RunColumn[] {
  const shown = known.filter((each) => !hidden.has(each.id))
  const first = pinned.flatMap((id) => shown.find((each) => each.id === id) ?? [])
  return [...first, ...shown.filter((each) => !first.includes(each))]
}

function tableColumns(shown: readonly RunColumn[]): readonly Column<Run>[] {
  return [
    {
      id: 'name',
      header: 'Run',
      value: (run) => run.name,
      cell: (run) => <Link href={paths.run(run.id)}>{run.name}</Link>,
      pinned: true,
    },
    {
      id: 'status',
      header: 'State',
      value: (run) => run.status,
      cell: (run) => <StatusPill health={runHealth[run.status]} word={run.status} />,
    },
    ...shown.map((column) => ({
      id: column.id,
      header: column.name,
      value: (run: Run) => columnValue(run, column),
      cell: (run: Run) => {
        const value = columnValue(run, column)
        return typeof value === 'number' ? formatNumber(value) : (value ?? '—')
      },
      numeric: column.kind === 'metric',
    })),
    {
      id: 'started',
      header: 'Started',
      value: (run) => run.startedAt,
      cell: (run) => <When time={run.startedAt} />,
    },
    {
      id: 'duration',
      header: 'Took',
      value: (run) => runDuration(run),
      cell: (run) => formatDuration(runDuration(run)),
      numeric: true,
    },
    {
      id: 'data',
      header: 'Data',
      value: (run) => run.source.dataset,
      cell: ({ source }) =>
        source.dataset === undefined ? (
          '—'
        ) : (
          <Link href={paths.dataset(source.dataset, { version: source.datasetVersion })}>
            {source.dataset}
            {source.datasetVersion === undefined ? '' : ` v${source.datasetVersion}`}
          </Link>
        ),
    },
    { id: 'user', header: 'By', value: (run) => run.user },
  ]
}

function FilterBox({ filter, onFilter }: FilterBoxProps): ReactNode {
  const [text, setText] = useState(filter)
  return (
    <form
      className="line end"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        onFilter(text.trim())
      }}
    >
      <TextInput
        className="grow"
        label="Filter"
        placeholder="metrics.f1 > 0.6 and params.neighbors = '5'"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" variant="default">
        Filter
      </Button>
      {filter !== '' && (
        <Button variant="subtle" onClick={() => onFilter('')}>
          Clear
        </Button>
      )}
    </form>
  )
}

interface FilterBoxProps {
  readonly filter: string
  readonly onFilter: (text: string) => void
}
