import type { ReactNode } from 'react'

interface LineDiffProps {
  readonly label: string
  readonly lines: readonly { readonly mark: ' ' | '-' | '+'; readonly text: string }[]
}

/** Kept lines shown around each change. */
const around = 2

/** How one text became another; what stayed far from any change is left out. */
export function LineDiff({ label, lines }: LineDiffProps): ReactNode {
  const near = lines.map((_, i) =>
    lines.slice(Math.max(0, i - around), i + around + 1).some((line) => line.mark !== ' '),
  )
  return (
    <pre className="line-diff" tabIndex={0} role="region" aria-label={label}>
      {lines.map((line, i) =>
        near[i] ? (
          <span key={i} className={`diff-line ${names[line.mark]}`}>
            <span aria-hidden="true">{line.mark} </span>
            {line.mark !== ' ' && <span className="unseen">{names[line.mark]}: </span>}
            {line.text}
            {'\n'}
          </span>
        ) : (
          near[i - 1] && (
            <span key={i} className="diff-line skipped">
              ⋯{'\n'}
            </span>
          )
        ),
      )}
    </pre>
  )
}

const names = { ' ': 'kept', '-': 'removed', '+': 'added' } as const
