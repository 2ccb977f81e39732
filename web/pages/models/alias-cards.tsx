import type { ReactNode } from 'react'
import type { AliasChange, AliasPolicy, Model, ModelVersion } from '#contract'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { When } from '../../design/when.tsx'
import { paths } from '../../app/paths.ts'
import { GatePill } from './gate-pill.tsx'
import { Rollback } from './rollback.tsx'
import { Unalias } from './unalias.tsx'

interface AliasCardsProps {
  readonly model: Model
  readonly versions: readonly ModelVersion[]
  readonly history: readonly AliasChange[]
}

/** Which version each alias names, since when and by whom, what taking it asks, and the way back. */
export function AliasCards({ model, versions, history }: AliasCardsProps): ReactNode {
  const entries = Object.entries(model.aliases)
  if (entries.length === 0) {
    return (
      <div className="notice">
        <Icon name="gate" />
        No alias points at a version yet. Promote one below: champion takes it through the gate.
      </div>
    )
  }
  return (
    <ul className="aliases">
      {entries.map(([alias, number]) => {
        const last = history.find((change) => change.alias === alias)
        const version = versions.find((each) => each.version === number)
        return (
          <li key={alias} className="card card-body alias-card">
            <div className="line spread">
              <span className="tag sand">{alias}</span>
              <span className="line tight">
                {last?.from !== undefined && last.from !== number && (
                  <Rollback model={model.name} alias={alias} from={number} to={last.from} />
                )}
                <Unalias model={model.name} alias={alias} version={number} />
              </span>
            </div>
            <div className="line">
              <Link className="alias-version" href={paths.modelVersion(model.name, number)}>
                version {number}
              </Link>
              <GatePill gate={version?.gate} />
            </div>
            {last !== undefined && (
              <p className="muted small">
                since <When time={last.when} />, by {last.who}
                {last.why !== '' && `: ${last.why}`}
              </p>
            )}
            <PolicyTags policy={model.policies[alias]} />
          </li>
        )
      })}
    </ul>
  )
}

/** What taking an alias asks besides requirements, in a word each. */
export function PolicyTags({ policy }: { policy: AliasPolicy | undefined }): ReactNode {
  const words = policyWords(policy)
  if (words.length === 0) return null
  return (
    <p className="line tight">
      {words.map((word) => (
        <span key={word} className="tag">
          {word}
        </span>
      ))}
    </p>
  )
}

export function policyWords(policy: AliasPolicy | undefined): readonly string[] {
  const { approvals = 0, signed = false, gate } = policy ?? {}
  return [
    ...(approvals > 0 ? [`${approvals} ${approvals === 1 ? 'approval' : 'approvals'}`] : []),
    ...(signed ? ['signed versions only'] : []),
    ...(gate === true ? ['through the gate'] : gate === false ? ['without the gate'] : []),
  ]
}
