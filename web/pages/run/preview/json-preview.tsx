import { SegmentedControl } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import { CodeView } from '../../../design/code-view.tsx'
import { formatCount, plural } from '../../../design/format.ts'
import { JsonTree } from '../../../design/json-tree.tsx'
import { RowGrid } from '../../../design/row-grid.tsx'
import { FileText } from './file-text.tsx'
import { loggedTable, type LoggedTable } from './logged-table.ts'
import type { FileOf } from './use-file.ts'

/** JSON as a tree; a logged table as a table; either as its text. */
export function JsonPreview({ file }: { file: FileOf }): ReactNode {
  return <FileText file={file}>{(text) => <JsonView text={text} file={file} />}</FileText>
}

function JsonView({ text, file }: { text: string; file: FileOf }): ReactNode {
  const [asText, setAsText] = useState(false)
  const read = useMemo(() => parse(text), [text])
  const table = useMemo(() => loggedTable(read.value), [read])
  if (read.problem !== undefined) {
    return (
      <>
        <p className="notice attention">It is no JSON: {read.problem}</p>
        <CodeView code={text.slice(0, 1_000_000)} path={file.path} />
      </>
    )
  }
  const first = table === undefined ? 'Tree' : 'Table'
  return (
    <div className="stack">
      <SegmentedControl
        size="xs"
        aria-label="How to show it"
        style={{ alignSelf: 'flex-start' }}
        value={asText ? 'Text' : first}
        onChange={(value) => setAsText(value === 'Text')}
        data={[first, 'Text']}
      />
      {asText ? (
        <CodeView
          code={JSON.stringify(read.value, undefined, 2).slice(0, 1_000_000)}
          path={file.path}
        />
      ) : table === undefined ? (
        <JsonTree value={read.value} label={file.path} />
      ) : (
        <TableView table={table} file={file} />
      )}
    </div>
  )
}

function TableView({ table, file }: { table: LoggedTable; file: FileOf }): ReactNode {
  const { columns, rows } = table
  const size = 200
  return (
    <>
      <p className="muted small">
        {plural(rows.length, 'row')}, {formatCount(columns.length)} columns
      </p>
      <RowGrid
        label={`Rows of ${file.path}`}
        columns={columns}
        total={rows.length}
        pages={{
          rows: size,
          key: ['bytes', file.digest, 'rows'],
          read: (page) => Promise.resolve(rows.slice(page * size, (page + 1) * size)),
        }}
      />
    </>
  )
}

function parse(text: string): { readonly value?: unknown; readonly problem?: string } {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
