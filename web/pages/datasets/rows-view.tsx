import { useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, type ReactNode } from 'react'
import { operations, type DatasetVersion } from '#contract'
import { Card } from '../../design/card.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatCell, formatCount } from '../../design/format.ts'
import { Link, useGo } from '../../design/link.tsx'
import { useCaller } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'

const pageRows = 200
const rowPx = 34
/** Browsers stop drawing at about 33 million pixels. */
const shownRows = 900_000

/** All rows of a version: pages are read as they come in sight. A row leads to what it touched. */
export function RowsView({ version }: { version: DatasetVersion }): ReactNode {
  const { dataset: name, version: number, rows: total, schema } = version
  const caller = useCaller()
  const go = useGo()
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: Math.min(total, shownRows),
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    overscan: 10,
    initialRect: { width: 800, height: 600 },
  })
  const items = virtual.getVirtualItems()
  const wanted = [...new Set(items.map((item) => Math.floor(item.index / pageRows)))]
  const pages = useQueries({
    queries: wanted.map((page) => ({
      queryKey: ['datasets', 'datasets.rows', { name, version: number, page }],
      queryFn: () =>
        caller.call(operations.datasets.rows, {
          name,
          version: number,
          offset: page * pageRows,
          limit: pageRows,
        }),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  })
  const failed = pages.find((page) => page.isError)
  if (failed !== undefined) {
    return <ErrorState error={failed.error} retry={() => void failed.refetch()} />
  }
  const rowAt = (index: number) =>
    pages[wanted.indexOf(Math.floor(index / pageRows))]?.data?.rows[index % pageRows]
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  const href = (row: number) => paths.lineage({ kind: 'row', name, version: number, row })
  return (
    <Card title={`${formatCount(total)} rows of version ${number}`} flush>
      <div
        className="grid-scroll rows-view"
        ref={scroll}
        tabIndex={0}
        role="region"
        aria-label={`Rows of ${name}`}
      >
        <table className="grid" aria-rowcount={total + 1}>
          <thead>
            <tr>
              <th scope="col" className="pinned numeric">
                Row
              </th>
              {schema.map((field) => (
                <th key={field.name} scope="col" className={isNumeric(field.type)}>
                  {field.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
            {items.map(({ index }) => {
              const row = rowAt(index)
              return (
                <tr
                  key={index}
                  data-link
                  aria-rowindex={index + 2}
                  style={{ height: rowPx }}
                  onClick={() => go(href(index))}
                >
                  <td className="pinned numeric">
                    <Link href={href(index)} title="What this row touched">
                      {index}
                    </Link>
                  </td>
                  {schema.map((field) => {
                    const value = row?.[field.name]
                    const gone = row !== undefined && (value === null || value === undefined)
                    return (
                      <td key={field.name} className={isNumeric(field.type)}>
                        {gone ? (
                          <span className="missing">missing</span>
                        ) : row === undefined ? (
                          '…'
                        ) : (
                          formatCell(value)
                        )}
                      </td>
                    )
                  })}
                </tr>
              )
            })}
            {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function isNumeric(type: string): string | undefined {
  return type === 'number' || type === 'integer' ? 'numeric' : undefined
}
