import type { ReactNode } from 'react'
import type { Said } from './conversation.ts'

/** Messages one after another, each under who said it. */
export function ConversationView({ messages }: { messages: readonly Said[] }): ReactNode {
  if (messages.length === 0) return null
  return (
    <section className="stack tight" aria-label="Conversation">
      <h4>Conversation</h4>
      <ol className="plain-list conversation">
        {messages.map(({ role, text, calls }, index) => (
          <li key={index} className="stack tight" data-role={role}>
            <strong className="small">{role}</strong>
            {text !== '' && <p className="span-text">{text}</p>}
            {calls.map(({ name, given }, at) => (
              <p key={at} className="small wrap-anywhere">
                calls <code>{name}</code> <code className="muted">{given}</code>
              </p>
            ))}
          </li>
        ))}
      </ol>
    </section>
  )
}
