import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations, type StageDetails, type StageFile } from '#contract'
import { Card } from '../../design/card.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { formatBytes, formatCell, formatCount } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { When } from '../../design/when.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { useMay } from '../../app/session.ts'
import './pipeline.css'
import { AttemptsView } from './attempts-view.tsx'
import { stateOf } from './stage-state.ts'

/** One stage: why it would run, what it reads and makes, its logs and costs, and its history. */
export function StagePage(): ReactNode {
  const name = usePathPart('name')
  const read = useRead(operations.pipelines.stage, { name })
  const stage = read.data?.stage
  const may = useMay('pipeline:run')
  const repro = useAct(operations.pipelines.repro, { done: `${name} is in the queue` })
  const state = stage === undefined ? undefined : stateOf(stage)
  return (
    <Page
      title={name}
      crumbs={[{ name: 'Pipeline', href: paths.pipeline }]}
      {...(state === undefined
        ? {}
        : { status: <StatusPill health={state.health} word={state.word} /> })}
      {...(read.data?.description === undefined ? {} : { intro: read.data.description })}
      actions={
        may && (
          <>
            <Button
              variant="default"
              loading={repro.isPending}
              onClick={() => repro.mutate({ targets: [name], downstream: true })}
            >
              Run from here
            </Button>
            <Button
              leftSection={<Icon name="play" size={15} />}
              loading={repro.isPending}
              onClick={() => repro.mutate({ targets: [name] })}
            >
              Run up to here
            </Button>
          </>
        )
      }
    >
      <Read of={read} lines={10}>
        {(details) => <StageParts details={details} />}
      </Read>
    </Page>
  )
}

function StageParts({ details }: { details: StageDetails }): ReactNode {
  const [search, change] = useSearchState()
  const { stage, attempts, history } = details
  return (
    <div className="stack wide">
      <Card title="Why">
        {stage.reasons.length === 0 ? (
          <p>
            Nothing it depends on has changed: its command, files and parameters are as recorded.
          </p>
        ) : (
          <ul className="plain-list">
            {stage.reasons.map((reason) => (
              <li key={`${reason.kind} ${reason.path}`}>{reason.summary}</li>
            ))}
          </ul>
        )}
      </Card>
      <Tabs
        label="Parts of the stage"
        selected={search.tab}
        onSelect={(tab) => change({ tab })}
        tabs={[
          { id: 'files', name: 'Inputs and outputs', render: () => <Files details={details} /> },
          {
            id: 'attempts',
            name: 'Logs and costs',
            count: attempts.length,
            render: () => <AttemptsView stage={stage.name} attempts={attempts} />,
          },
          {
            id: 'history',
            name: 'History',
            count: history.length,
            render: () => <History details={details} />,
          },
        ]}
      />
    </div>
  )
}

const fileColumns: readonly Column<StageFile>[] = [
  {
    id: 'path',
    header: 'Path',
    pinned: true,
    value: (file) => file.path,
    cell: (file) => <code>{file.path}</code>,
  },
  { id: 'kind', header: 'Kind', value: (file) => file.kind },
  {
    id: 'from',
    header: 'Made by',
    value: (file) => file.from,
    cell: (file) =>
      file.from === undefined ? (
        '—'
      ) : file.from.endsWith('.dvc') ? (
        <code>{file.from}</code>
      ) : (
        <Link href={paths.stage(file.from)}>{file.from}</Link>
      ),
  },
  {
    id: 'size',
    header: 'Size',
    numeric: true,
    value: (file) => file.size,
    cell: (file) => (file.size === undefined ? '—' : formatBytes(file.size)),
  },
  {
    id: 'files',
    header: 'Files',
    numeric: true,
    value: (file) => file.files,
    cell: (file) => (file.files === undefined ? '—' : formatCount(file.files)),
  },
  {
    id: 'digest',
    header: 'Recorded',
    value: (file) => file.digest,
    cell: (file) =>
      file.digest === undefined ? '—' : <code title={file.digest}>{file.digest.slice(0, 10)}</code>,
  },
]

function Files({ details }: { details: StageDetails }): ReactNode {
  const { stage, deps, outs, params, wdir } = details
  const input = fileColumns
  const output = fileColumns.filter((column) => column.id !== 'from')
  return (
    <div className="stack wide">
      <Card title="Command">
        <CodeBlock code={stage.command} label="command" />
        <p className="small muted">
          in {wdir === '.' ? 'the top folder' : wdir}, from {stage.file}
        </p>
      </Card>
      <Card title="Reads" flush={deps.length > 0}>
        {deps.length === 0 ? (
          <p>It declares no dependencies.</p>
        ) : (
          <DataTable label="Dependencies" rows={deps} columns={input} rowId={(file) => file.path} />
        )}
      </Card>
      {params.length > 0 && (
        <Card title="Parameters" flush>
          <DataTable
            label="Parameters"
            rows={params}
            rowId={(param) => param.name}
            columns={[
              { id: 'name', header: 'Parameter', pinned: true, value: (param) => param.name },
              {
                id: 'value',
                header: 'Now',
                value: (param) => formatCell(param.value),
              },
              {
                id: 'recorded',
                header: 'In the recorded run',
                value: (param) => formatCell(param.recorded),
                cell: (param) => (
                  <span
                    className={
                      formatCell(param.value) === formatCell(param.recorded) ? 'muted' : 'differs'
                    }
                  >
                    {formatCell(param.recorded)}
                  </span>
                ),
              },
            ]}
          />
        </Card>
      )}
      <Card title="Makes" flush={outs.length > 0}>
        {outs.length === 0 ? (
          <p>It declares no outputs.</p>
        ) : (
          <DataTable label="Outputs" rows={outs} columns={output} rowId={(file) => file.path} />
        )}
      </Card>
    </div>
  )
}

function History({ details }: { details: StageDetails }): ReactNode {
  const { history } = details
  if (history.length === 0) {
    return <p>No commit records a run of it yet. Commit dvc.lock after a run.</p>
  }
  return (
    <Card flush>
      <DataTable
        label="History"
        rows={history}
        rowId={(record) => record.commit}
        columns={[
          {
            id: 'time',
            header: 'Recorded',
            value: (record) => record.time,
            cell: (record) => <When time={record.time} />,
          },
          {
            id: 'commit',
            header: 'Commit',
            value: (record) => record.commit,
            cell: (record) => <code title={record.commit}>{record.commit.slice(0, 10)}</code>,
          },
          { id: 'subject', header: 'Message', value: (record) => record.subject },
          { id: 'author', header: 'Who', value: (record) => record.author },
          {
            id: 'changed',
            header: 'What changed',
            value: (record) => record.changed.join(', '),
            cell: (record) => <span className="wrap-anywhere">{record.changed.join(', ')}</span>,
          },
        ]}
      />
    </Card>
  )
}
