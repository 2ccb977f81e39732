import { useState, type ReactNode } from 'react'
import { operations, type OutputOf } from '#contract'
import { Card } from '../../design/card.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { useRead } from '../../app/api.tsx'
import { AttachmentName, AttachmentView } from './attachment-view.tsx'

type Attachment = OutputOf<typeof operations.traces.attachments>['attachments'][number]

interface AttachmentListProps {
  readonly trace: string
  readonly onChoose: (span: string) => void
}

/** All that is attached to a trace, each to be opened, with the spans that name it; nothing where nothing is. */
export function AttachmentList({ trace, onChoose }: AttachmentListProps): ReactNode {
  const read = useRead(operations.traces.attachments, { trace })
  if (read.isError) {
    return (
      <Card title="Attachments">
        <ErrorState error={read.error} retry={() => void read.refetch()} />
      </Card>
    )
  }
  const attachments = read.data?.attachments ?? []
  if (attachments.length === 0) return null
  return (
    <Card title="Attachments">
      <ul className="plain-list attachments">
        {attachments.map((each) => (
          <OneAttachment
            key={`${each.trace}/${each.id}`}
            trace={trace}
            attachment={each}
            onChoose={onChoose}
          />
        ))}
      </ul>
    </Card>
  )
}

function OneAttachment({ trace, attachment, onChoose }: OneAttachmentProps): ReactNode {
  const [open, setOpen] = useState(false)
  const { spans, size } = attachment
  const isHere = attachment.trace === trace
  return (
    <li>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <AttachmentName attachment={attachment} />
          <span className="muted small">
            {isHere ? size === undefined && ', missing' : ', of another trace'}
          </span>
        </summary>
        {open && (
          <div className="stack tight attachment">
            <AttachmentView trace={trace} attachment={attachment} />
          </div>
        )}
      </details>
      <p className="line small attachment-spans">
        {spans.length === 0 && <span className="muted">no span names it</span>}
        {spans.map((span) => (
          <button
            key={span.id}
            type="button"
            className="text-button wrap-anywhere"
            onClick={() => onChoose(span.id)}
          >
            {span.name}
          </button>
        ))}
      </p>
    </li>
  )
}

interface OneAttachmentProps extends AttachmentListProps {
  readonly attachment: Attachment
}
