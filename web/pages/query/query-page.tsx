import { Button, Textarea } from '@mantine/core'
import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import { operations, type OutputOf } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable } from '../../design/data-table.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatCell, plural } from '../../design/format.ts'
import { Page } from '../../design/page.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { useSearchState } from '../../app/search-state.ts'

type Result = OutputOf<typeof operations.datasets.query>

const mostRows = 5000

/** SQL over the newest version of every dataset. */
export function QueryPage(): ReactNode {
  const [search, setSearch] = useSearchState()
  const datasets = useRead(operations.datasets.list, {})
  const first = datasets.data?.datasets[0]?.name
  const [text, setText] = useState(search.sql)
  const sql = text ?? (first === undefined ? '' : `select * from "${first}" limit 100`)
  const query = useAct(operations.datasets.query, { quiet: true })
  const run = () => {
    setSearch({ sql })
    query.mutate({ sql, limit: mostRows })
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      run()
    }
  }
  return (
    <Page
      title="SQL"
      intro="Every dataset is a view of its newest version. Nothing can be changed from here."
    >
      <div className="two-thirds">
        <Card>
          <div className="stack">
            <Textarea
              aria-label="SQL"
              autosize
              minRows={6}
              maxRows={24}
              spellCheck={false}
              styles={{ input: { fontFamily: 'var(--mono)' } }}
              value={sql}
              onChange={(event) => setText(event.currentTarget.value)}
              onKeyDown={onKey}
            />
            <div className="line">
              <Button onClick={run} loading={query.isPending} disabled={sql.trim() === ''}>
                Run
              </Button>
              <span className="muted small">
                <kbd>Ctrl</kbd> <kbd>Enter</kbd>
              </span>
            </div>
          </div>
        </Card>
        <Card title="Datasets">
          <ul className="plain-list stack tight">
            {(datasets.data?.datasets ?? []).map((dataset) => (
              <li key={dataset.name}>
                <button
                  type="button"
                  className="text-button"
                  onClick={() => setText(`select * from "${dataset.name}" limit 100`)}
                >
                  {dataset.name}
                </button>
                <p className="muted small wrap-anywhere">
                  {dataset.latest.schema.map((field) => field.name).join(', ')}
                </p>
              </li>
            ))}
          </ul>
          {datasets.data?.datasets.length === 0 && (
            <p className="muted small">None yet; import a file first.</p>
          )}
        </Card>
      </div>
      {query.isError && <ErrorState error={query.error} />}
      {query.data !== undefined && <ResultTable result={query.data} />}
    </Page>
  )
}

function ResultTable({ result }: { result: Result }): ReactNode {
  const columns = useMemo(
    () =>
      result.schema.map((field) => ({
        id: field.name,
        header: field.name,
        value: (row: Result['rows'][number]) => row[field.name],
        cell: (row: Result['rows'][number]) => formatCell(row[field.name]),
        numeric: field.type === 'number' || field.type === 'integer',
      })),
    [result],
  )
  return (
    <Card
      title={plural(result.rows.length, 'row')}
      aside={result.truncated && <span className="tag sand">the first {mostRows} only</span>}
      flush
    >
      <DataTable
        label="Result"
        rows={result.rows}
        columns={columns}
        rowId={(_, index) => String(index)}
      />
    </Card>
  )
}
