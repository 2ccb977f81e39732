import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, type ReactNode } from 'react'
import { operations, type Endpoint, type Prediction } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatCell, formatCount, formatPercent } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { When } from '../../design/when.tsx'
import { useCaller } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'

/** What the endpoint answered, newest first; further pages come as the end comes in sight. */
export function PredictionLog({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const caller = useCaller()
  const { name, signature } = endpoint
  const log = useInfiniteQuery({
    queryKey: ['endpoints', 'endpoints.predictions', { name }],
    queryFn: ({ pageParam }) =>
      caller.call(operations.endpoints.predictions, {
        name,
        limit: 200,
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  const rows = useMemo(() => log.data?.pages.flatMap((page) => page.predictions) ?? [], [log.data])
  const columns = useMemo(() => columnsOf(endpoint), [signature])
  if (log.isError) return <ErrorState error={log.error} retry={() => void log.refetch()} />
  if (log.data === undefined) return <Skeleton />
  if (rows.length === 0) {
    return (
      <EmptyState
        icon="predictions"
        title="Nothing asked yet"
        command={`tidemill predict ${name} --file rows.json --explain`}
      >
        Each answer is kept here with its version, its values and, later, what turned out to be
        true.
      </EmptyState>
    )
  }
  const total = log.data.pages[0]?.total ?? rows.length
  const more = () => {
    if (log.hasNextPage && !log.isFetchingNextPage) void log.fetchNextPage()
  }
  return (
    <Card
      title={`${formatCount(rows.length)} of ${formatCount(total)} predictions`}
      aside={
        log.hasNextPage && (
          <Button size="xs" variant="default" loading={log.isFetchingNextPage} onClick={more}>
            Load older
          </Button>
        )
      }
      flush
    >
      <DataTable
        label="Prediction log"
        rows={rows}
        columns={columns}
        rowId={(each) => each.id}
        href={(each) => paths.lineage({ kind: 'prediction', id: each.id })}
        onEnd={more}
      />
    </Card>
  )
}

function columnsOf({ signature }: Endpoint): readonly Column<Prediction>[] {
  const word = (value: string) => signature?.labels?.[value] ?? value
  return [
    {
      id: 'time',
      header: 'Time',
      value: (each) => each.time,
      cell: (each) => (
        <Link href={paths.lineage({ kind: 'prediction', id: each.id })}>
          <When time={each.time} />
        </Link>
      ),
      pinned: true,
    },
    { id: 'version', header: 'Version', value: (each) => each.version, numeric: true },
    { id: 'answer', header: 'Answer', value: (each) => word(each.prediction) },
    {
      id: 'sure',
      header: 'Sure',
      value: (each) => each.probabilities?.[each.prediction],
      cell: (each) => {
        const share = each.probabilities?.[each.prediction]
        return share === undefined ? '—' : formatPercent(share)
      },
      numeric: true,
    },
    {
      id: 'label',
      header: 'Turned out',
      value: (each) => (each.label === undefined ? undefined : word(each.label)),
      cell: (each) =>
        each.label === undefined ? (
          <span className="muted">not known</span>
        ) : (
          <span className={each.label === each.prediction ? 'right' : 'wrong'}>
            {each.label === each.prediction ? '✓' : '✗'} {word(each.label)}
          </span>
        ),
    },
    ...(signature?.inputs ?? []).map((field) => ({
      id: `feature ${field.name}`,
      header: field.name,
      value: (each: Prediction) => each.features[field.name],
      cell: (each: Prediction) => formatCell(each.features[field.name]),
      numeric: field.type === 'number' || field.type === 'integer',
    })),
  ]
}
