import { useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, type ReactNode } from 'react'
import { ErrorState } from './error-state.tsx'
import { formatCell, formatCount } from './format.ts'
import { Link, useGo } from './link.tsx'

type Row = Readonly<Record<string, unknown>>

interface GridColumn {
  readonly name: string
  readonly numeric: boolean
}

interface RowGridProps {
  readonly label: string
  readonly columns: readonly GridColumn[]
  readonly total: number
  /** How many rows a page has, what it is kept under, and who reads it. */
  readonly pages: {
    readonly rows: number
    readonly key: readonly unknown[]
    readonly read: (page: number) => Promise<readonly Row[]>
  }
  /** Where a row leads. */
  readonly href?: (row: number) => string
  readonly hrefTitle?: string
}

const rowPx = 34
/** Browsers stop drawing at about 33 million pixels. */
const mostRows = 900_000

/** Rows of a table however many there are: pages are read as they come in sight. */
export function RowGrid(props: RowGridProps): ReactNode {
  const { label, columns, total, pages, href, hrefTitle } = props
  const go = useGo()
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: Math.min(total, mostRows),
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    overscan: 10,
    initialRect: { width: 800, height: 600 },
  })
  const items = virtual.getVirtualItems()
  const wanted = [...new Set(items.map((item) => Math.floor(item.index / pages.rows)))]
  const reads = useQueries({
    queries: wanted.map((page) => ({
      queryKey: [...pages.key, page],
      queryFn: () => pages.read(page),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  })
  const failed = reads.find((page) => page.isError)
  if (failed !== undefined) {
    return <ErrorState error={failed.error} retry={() => void failed.refetch()} />
  }
  const rowAt = (index: number) =>
    reads[wanted.indexOf(Math.floor(index / pages.rows))]?.data?.[index % pages.rows]
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    <>
      <div
        className="grid-scroll row-grid"
        ref={scroll}
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <table className="grid" aria-rowcount={total + 1}>
          <thead>
            <tr>
              <th scope="col" className="pinned numeric">
                Row
              </th>
              {columns.map(({ name, numeric }) => (
                <th key={name} scope="col" className={numeric ? 'numeric' : undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
            {items.map(({ index }) => {
              const row = rowAt(index)
              const to = href?.(index)
              return (
                <tr
                  key={index}
                  data-link={to !== undefined || undefined}
                  aria-rowindex={index + 2}
                  style={{ height: rowPx }}
                  onClick={to === undefined ? undefined : () => go(to)}
                >
                  <td className="pinned numeric muted">
                    {to === undefined ? (
                      index
                    ) : (
                      <Link href={to} title={hrefTitle}>
                        {index}
                      </Link>
                    )}
                  </td>
                  {columns.map(({ name, numeric }) => (
                    <td key={name} className={numeric ? 'numeric' : 'cut'}>
                      {row === undefined ? '…' : <CellText value={row[name]} />}
                    </td>
                  ))}
                </tr>
              )
            })}
            {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
          </tbody>
        </table>
      </div>
      {total > mostRows && (
        <p className="muted small">
          The first {formatCount(mostRows)} rows; download it to see all.
        </p>
      )}
    </>
  )
}

function CellText({ value }: { value: unknown }): ReactNode {
  if (value === null || value === undefined) return <span className="missing">missing</span>
  return formatCell(value)
}
