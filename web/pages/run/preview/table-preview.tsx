import type { ReactNode } from 'react'
import { operations } from '#contract'
import { describeError } from '../../../design/error-state.tsx'
import { plural } from '../../../design/format.ts'
import { RowGrid } from '../../../design/row-grid.tsx'
import { useCaller, useRead } from '../../../app/api.tsx'
import { Read } from '../../../app/read-state.tsx'
import { TextPreview } from './text-preview.tsx'
import type { FileOf } from './use-file.ts'

const pageRows = 200

/** A table in a file; the server reads it, a page at a time. */
export function TablePreview({ file }: { file: FileOf }): ReactNode {
  const caller = useCaller()
  const { owner, path, digest } = file
  const read = useRead(operations.artifacts.table, { owner, path, limit: 1 })
  if (read.isError && !path.endsWith('.parquet')) {
    return (
      <div className="stack">
        <p className="notice attention">
          It cannot be read as a table: {describeError(read.error).message}
        </p>
        <TextPreview file={file} />
      </div>
    )
  }
  return (
    <Read of={read}>
      {({ total, schema }) => (
        <div className="stack tight">
          <p className="muted small">
            {plural(total, 'row')}, {plural(schema.length, 'column')}
          </p>
          <RowGrid
            label={`Rows of ${path}`}
            total={total}
            columns={schema.map(({ name, type }) => ({
              name,
              numeric: type === 'number' || type === 'integer',
            }))}
            pages={{
              rows: pageRows,
              key: ['bytes', digest, 'rows'],
              read: async (page) => {
                const at = { offset: page * pageRows, limit: pageRows }
                return (await caller.call(operations.artifacts.table, { owner, path, ...at })).rows
              },
            }}
          />
        </div>
      )}
    </Read>
  )
}
