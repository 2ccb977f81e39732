import type { ReactNode } from 'react'
import type { Signature, SignatureField } from '#contract'
import { formatNumber } from '../../design/format.ts'

interface SignatureViewProps {
  readonly signature: Signature
  /** What is known is what an MLmodel says, which may name no outputs. */
  readonly ofMlmodel: boolean
}

/** What the model reads, with what training saw, and what it answers. */
export function SignatureView({ signature, ofMlmodel }: SignatureViewProps): ReactNode {
  const { inputs, classes, labels, positive, outputs, params = [] } = signature
  return (
    <div className="stack">
      <ul className="schema">
        {inputs.map((field) => (
          <li key={field.name}>
            <span className="wrap-anywhere">{field.name}</span>
            <span className="muted small">{describe(field)}</span>
          </li>
        ))}
      </ul>
      <p className="small">
        {outputs !== undefined ? (
          `Answers ${outputs.map((each) => `${each.name} (${each.type})`).join(', ')}.`
        ) : classes === undefined ? (
          ofMlmodel ? (
            'It does not say what it answers.'
          ) : (
            'Answers a number.'
          )
        ) : (
          <>
            Answers{' '}
            {classes.map((value) => (
              <span key={value} className={value === positive ? 'tag sand' : 'tag'}>
                {labels?.[value] ?? value}
              </span>
            ))}
          </>
        )}
      </p>
      {params.length > 0 && (
        <>
          <p className="small">Can be told, and is unless said:</p>
          <ul className="schema">
            {params.map(({ name, type, default: otherwise }) => (
              <li key={name}>
                <span className="wrap-anywhere">{name}</span>
                <span className="muted small">
                  {type}
                  {otherwise !== undefined && `, ${JSON.stringify(otherwise)}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function describe(field: SignatureField): string {
  const parts: string[] = [field.type]
  if (field.min !== undefined && field.max !== undefined) {
    parts.push(`${formatNumber(field.min)} … ${formatNumber(field.max)}`)
  }
  if (field.categories !== undefined) parts.push(`${field.categories.length} values`)
  if (field.optional) parts.push('may be missing')
  return parts.join(', ')
}
