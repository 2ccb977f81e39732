import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, type ReactNode } from 'react'
import { operations, type OutputOf } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatTime } from '../../design/format.ts'
import { Skeleton } from '../../design/skeleton.tsx'
import { useCaller } from '../../app/api.tsx'

type Entry = OutputOf<typeof operations.audit.list>['entries'][number]

const columns: readonly Column<Entry>[] = [
  {
    id: 'time',
    header: 'Time',
    value: (each) => each.time,
    cell: (each) => formatTime(each.time),
    pinned: true,
  },
  { id: 'who', header: 'Who', value: (each) => each.who },
  { id: 'what', header: 'Did', value: (each) => each.what },
  { id: 'object', header: 'To', value: (each) => each.object },
  { id: 'detail', header: 'Detail', value: (each) => each.detail },
]

/** Who did what, newest first. */
export function AuditLog(): ReactNode {
  const caller = useCaller()
  const log = useInfiniteQuery({
    queryKey: ['audit', 'audit.list'],
    queryFn: ({ pageParam }) =>
      caller.call(operations.audit.list, {
        limit: 200,
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  const rows = useMemo(() => log.data?.pages.flatMap((page) => page.entries) ?? [], [log.data])
  if (log.isError) return <ErrorState error={log.error} retry={() => void log.refetch()} />
  if (log.data === undefined) return <Skeleton />
  const more = () => {
    if (log.hasNextPage && !log.isFetchingNextPage) void log.fetchNextPage()
  }
  return (
    <Card
      title="Audit"
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
        label="Audit"
        rows={rows}
        columns={columns}
        rowId={(each) => each.id}
        onEnd={more}
      />
    </Card>
  )
}
