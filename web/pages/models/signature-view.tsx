import type { ReactNode } from 'react'
import type { Signature, SignatureField } from '#contract'
import { formatNumber } from '../../design/format.ts'

/** What the model reads, with what training saw, and what it answers. */
export function SignatureView({ signature }: { signature: Signature }): ReactNode {
  const { inputs, classes, labels, positive, outputs } = signature
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
          'Answers a number.'
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
