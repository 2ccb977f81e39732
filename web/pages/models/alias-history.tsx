import type { ReactNode } from 'react'
import type { AliasChange } from '#contract'
import { Icon } from '../../design/icons.tsx'
import { When } from '../../design/when.tsx'
import { VersionLink } from './version-link.tsx'

/** Every move of every alias: from what to what, who, when, why, and on which evidence. */
export function AliasHistory(props: {
  readonly model: string
  readonly changes: readonly AliasChange[]
}): ReactNode {
  const { model, changes } = props
  if (changes.length === 0) return <p className="muted small">No alias has moved yet.</p>
  return (
    <ol className="timeline">
      {changes.map((change, i) => (
        <li key={`${change.alias} ${change.when} ${i}`}>
          <span className="line tight">
            <span className="tag sand">{change.alias}</span>
            {change.from === undefined ? (
              <span className="muted">nothing</span>
            ) : (
              <span className="muted">version {change.from}</span>
            )}
            <Icon name="chevron" size={12} />
            {change.to === undefined ? (
              <span>nothing</span>
            ) : (
              <VersionLink model={model} version={change.to} gate={change.gate} />
            )}
            {change.gate !== undefined && change.to !== undefined && (
              <span className="pill good">
                <Icon name="good" size={13} /> through the gate
              </span>
            )}
            {change.request !== undefined && (
              <span className="pill busy">
                <Icon name="user" size={13} /> approved
              </span>
            )}
          </span>
          <span className="muted small">
            <When time={change.when} /> by {change.who}
            {change.why !== '' && `: ${change.why}`}
          </span>
        </li>
      ))}
    </ol>
  )
}
