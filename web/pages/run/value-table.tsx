import { TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { formatCount, formatNumber } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { NumberText } from '../../design/number-text.tsx'

export interface NamedValue {
  readonly name: string
  readonly value: string | number | undefined
  /** Of all its values, where there are several. */
  readonly range?: { readonly least: number; readonly greatest: number } | undefined
  /** Where its name leads. */
  readonly href?: string
}

interface ValueTableProps {
  readonly title: string
  readonly empty: string
  readonly rows: readonly NamedValue[]
}

const digits = 5

const columns: readonly Column<NamedValue>[] = [
  {
    id: 'name',
    header: 'Name',
    value: (each) => each.name,
    cell: ({ name, href }) => (href === undefined ? name : <Link href={href}>{name}</Link>),
    pinned: true,
  },
  {
    id: 'value',
    header: 'Value',
    value: (each) => each.value,
    cell: ({ value }) => (
      <span className="value-text">
        {typeof value === 'string' ? value : <NumberText value={value} digits={digits} />}
      </span>
    ),
  },
]

const ends: readonly Column<NamedValue>[] = (['least', 'greatest'] as const).map((end) => ({
  id: end,
  header: end === 'least' ? 'Least' : 'Greatest',
  value: (each) => each.range?.[end],
  cell: (each) => (
    <span className="value-text">
      <NumberText value={each.range?.[end]} digits={digits} />
    </span>
  ),
}))

/** What is looked through: a number as it is shown, and as it is. */
function textOf({ name, value }: NamedValue): string {
  const shown = typeof value === 'number' ? [formatNumber(value, digits)] : []
  return [name, ...shown, value].join('\n')
}

/** Few enough to be read without searching. */
const few = 8

/** Names with their values, to sort and to search; thousands are drawn as they come in sight. */
export function ValueTable({ title, empty, rows }: ValueTableProps): ReactNode {
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const found = rows.filter((row) => textOf(row).toLowerCase().includes(wanted))
  if (rows.length === 0) {
    return (
      <Card title={title}>
        <p className="muted small">{empty}</p>
      </Card>
    )
  }
  return (
    <Card
      title={
        <>
          {title} <span className="tab-count">{formatCount(rows.length)}</span>
        </>
      }
      flush
      aside={
        rows.length > few && (
          <TextInput
            size="xs"
            aria-label={`Find in ${title.toLowerCase()}`}
            placeholder="Find"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )
      }
    >
      {found.length === 0 ? (
        <p className="muted small">Nothing is called so.</p>
      ) : (
        <DataTable
          label={title}
          rows={found}
          columns={rows.some((row) => row.range) ? [...columns, ...ends] : columns}
          rowId={(each) => each.name}
          sort={{ id: 'name', desc: false }}
          maxHeight={440}
        />
      )}
    </Card>
  )
}
