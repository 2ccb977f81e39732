import type { ReactNode } from 'react'
import type { AttributionCause } from '#contract'
import { formatCell } from '../../design/format.ts'

/** Causes with what differs in each. */
export function CauseList({ causes }: { causes: readonly AttributionCause[] }): ReactNode {
  return (
    <ul className="cause-list">
      {causes.map((cause) => (
        <li key={cause.id} className={cause.idle ? 'idle' : undefined}>
          <span className={`cause-kind ${cause.kind}`}>{cause.kind}</span>
          <span className="grow">
            <strong>{cause.title}</strong>
            {cause.idle && <span className="muted small"> no metric can feel it</span>}
            <span className="cause-changes">
              {cause.changes.slice(0, 4).map((change) => (
                <span key={change.path} className="small">
                  <code>{change.path}</code>{' '}
                  <span className="muted wrap-anywhere">
                    {short(change.old)} → {short(change.new)}
                  </span>
                </span>
              ))}
              {cause.changes.length > 4 && (
                <span className="small muted">and {cause.changes.length - 4} more</span>
              )}
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}

function short(value: unknown): string {
  if (value === null) return 'nothing'
  const text = formatCell(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
