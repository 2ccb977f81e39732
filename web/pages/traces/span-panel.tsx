import type { ReactNode } from 'react'
import { operations, type SpanAttachment, type SpanDetail, type SpanPart } from '#contract'
import { CodeBlock } from '../../design/code-block.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { formatCount } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { JsonTree } from '../../design/json-tree.tsx'
import { KeyValue } from '../../design/key-value.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { AttachmentView } from './attachment-view.tsx'
import { conversationOf } from './conversation.ts'
import { ConversationView } from './conversation-view.tsx'
import { spanTime } from './span-time.ts'

/** One span: what went in, what came out, what was noted, what went wrong. */
export function SpanPanel({ trace, span }: { trace: string; span: string }): ReactNode {
  const read = useRead(operations.traces.span, { trace, span }, { keep: true })
  return <Read of={read}>{({ span }) => <SpanView trace={trace} span={span} />}</Read>
}

function SpanView({ trace, span }: { trace: string; span: SpanDetail }): ReactNode {
  const { name, kind, start, duration, state, message, inputs, outputs, tokens, events } = span
  const failures = events.filter((each) => each.name === 'exception')
  const rest = events.filter((each) => each.name !== 'exception')
  const attachedTo = (part: SpanPart) => span.attachments.filter((each) => each.within === part)
  return (
    <div className="stack wide">
      <header className="stack tight">
        <h3 className="wrap-anywhere">{name}</h3>
        <KeyValue
          facts={[
            kind !== undefined && ['Kind', kind.toLowerCase()],
            ['Began', `${spanTime(start)} after the start`],
            ['Took', duration === undefined ? 'not over' : spanTime(duration)],
            tokens !== undefined && [
              'Tokens',
              `${formatCount(tokens.input)} in, ${formatCount(tokens.output)} out`,
            ],
          ]}
        />
      </header>
      {state === 'error' && message !== undefined && failures.length === 0 && (
        <p className="notice bad">
          <Icon name="bad" size={16} />
          <span className="wrap-anywhere">{message}</span>
        </p>
      )}
      {failures.map((failure, index) => (
        <Failure key={index} attributes={failure.attributes} />
      ))}
      <ConversationView messages={conversationOf(span)} />
      <Value title="Inputs" value={inputs} trace={trace} attachments={attachedTo('inputs')} />
      <Value title="Outputs" value={outputs} trace={trace} attachments={attachedTo('outputs')} />
      {rest.length > 0 && (
        <section className="stack tight">
          <h4>Events</h4>
          <ul className="plain-list span-events">
            {rest.map((event, index) => (
              <li key={index}>
                <div className="line spread">
                  <strong>{event.name}</strong>
                  <span className="muted small">{spanTime(event.at)}</span>
                </div>
                {Object.keys(event.attributes).length > 0 && (
                  <JsonTree value={event.attributes} label={event.name} />
                )}
              </li>
            ))}
          </ul>
          <Attached trace={trace} attachments={attachedTo('events')} />
        </section>
      )}
      <Value
        title="Attributes"
        value={span.attributes}
        trace={trace}
        attachments={attachedTo('attributes')}
      />
    </div>
  )
}

function Failure({ attributes }: { attributes: Readonly<Record<string, unknown>> }): ReactNode {
  const {
    'exception.type': type,
    'exception.message': message,
    'exception.stacktrace': stack,
  } = attributes
  return (
    <section className="stack tight">
      <p className="notice bad">
        <Icon name="bad" size={16} />
        <span className="wrap-anywhere">
          <strong>{String(type ?? 'Error')}</strong>
          {message === undefined ? '' : `: ${String(message)}`}
        </span>
      </p>
      {typeof stack === 'string' && stack !== '' && (
        <details className="small">
          <summary>Where it was</summary>
          <CodeBlock code={stack} label="the stack" />
        </details>
      )}
    </section>
  )
}

function Value({ title, value, trace, attachments }: ValueProps): ReactNode {
  if (value === undefined) return null
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return null
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)
  return (
    <section className="stack tight">
      <div className="line spread">
        <h4>{title}</h4>
        <CopyButton text={text} what={`Copy ${title.toLowerCase()}`} />
      </div>
      {typeof value !== 'string' ? (
        <JsonTree value={value} label={title} />
      ) : (
        value !== attachments[0]?.reference && <p className="span-text">{value}</p>
      )}
      <Attached trace={trace} attachments={attachments} />
    </section>
  )
}

interface ValueProps {
  readonly title: string
  readonly value: unknown
  readonly trace: string
  readonly attachments: readonly SpanAttachment[]
}

/** What a part of a span names, as it looks. */
function Attached({ trace, attachments }: Pick<ValueProps, 'trace' | 'attachments'>): ReactNode {
  return attachments.map((each) => (
    <section
      key={`${each.trace}/${each.id}`}
      className="attachment stack tight"
      aria-label={`Attachment ${each.id}`}
    >
      <AttachmentView trace={trace} attachment={each} />
    </section>
  ))
}
