import { Button, Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type EvaluationRecord } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { formatTime } from '../../design/format.ts'
import { JsonTree } from '../../design/json-tree.tsx'
import { KeyValue } from '../../design/key-value.tsx'
import { Link } from '../../design/link.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'
import { fieldsText } from './fields-text.ts'
import { sourceWord } from './source-word.ts'

interface RecordDialogProps {
  readonly dataset: string
  readonly record: string
  readonly onClose: () => void
}

/** One record in full: what it asks, what it expects, and where it came from. */
export function RecordDialog({ dataset, record, onClose }: RecordDialogProps): ReactNode {
  const read = useRead(operations.evaluationDatasets.record, { dataset, record })
  return (
    <Modal opened onClose={onClose} title="Record" size="xl">
      <Read of={read} lines={6}>
        {({ record: shown }) => (
          <div className="stack wide">
            <Part title="Asks" value={shown.inputs} />
            <Part title="Expects" value={shown.expectations} />
            <Part title="Answered" value={shown.outputs} />
            <Part title="Tags" value={shown.tags} />
            <Origin record={shown} />
            <RemoveRecord dataset={dataset} record={shown} onDone={onClose} />
          </div>
        )}
      </Read>
    </Modal>
  )
}

function Part({ title, value }: { title: string; value: unknown }): ReactNode {
  if (value === undefined) return null
  return (
    <section className="stack tight">
      <h3>{title}</h3>
      <JsonTree value={value} label={title} />
    </section>
  )
}

function Origin({ record }: { record: EvaluationRecord }): ReactNode {
  const { id, trace, source, createdAt, createdBy, updatedAt, updatedBy } = record
  const { trace_id: _, ...said } = (source?.source_data ?? {}) as Readonly<Record<string, unknown>>
  return (
    <section className="stack tight">
      <h3>Came from</h3>
      <KeyValue
        facts={[
          [
            'Source',
            trace === undefined ? (
              sourceWord(record)
            ) : (
              <Link key="trace" href={paths.trace(trace)}>
                the trace {trace}
              </Link>
            ),
          ],
          fieldsText(said) !== '' && ['What it says', fieldsText(said)],
          ['Created', `${formatTime(createdAt)} by ${createdBy}`],
          ['Changed', `${formatTime(updatedAt)} by ${updatedBy}`],
          [
            'Identifier',
            <span key="id" className="digest">
              <code className="wrap-anywhere">{id}</code>
              <CopyButton text={id} what="Copy the identifier" />
            </span>,
          ],
        ]}
      />
    </section>
  )
}

interface RemoveRecordProps {
  readonly dataset: string
  readonly record: EvaluationRecord
  readonly onDone: () => void
}

function RemoveRecord({ dataset, record, onDone }: RemoveRecordProps): ReactNode {
  const [asking, setAsking] = useState(false)
  const may = useMay('tracking:write')
  const remove = useAct(operations.evaluationDatasets.removeRecord, {
    done: 'The record is removed',
    onDone,
  })
  if (!may) return null
  return (
    <div className="line">
      <Button variant="default" onClick={() => setAsking(true)}>
        Remove the record …
      </Button>
      <Confirm
        open={asking}
        title="Remove the record?"
        verb="Remove"
        danger
        busy={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate({ dataset, record: record.id })}
      >
        <p className="wrap-anywhere">“{fieldsText(record.inputs)}” goes for good.</p>
      </Confirm>
    </div>
  )
}
