import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'

/** Text to copy: a command, a snippet, a file. */
export function CodeBlock({ code, label }: { code: string; label: string }): ReactNode {
  return (
    <div className="code">
      <pre tabIndex={0} role="region" aria-label={label}>
        {code}
      </pre>
      <CopyButton text={code} what={`Copy ${label}`} />
    </div>
  )
}

/** One shell command with a prompt that is not copied. */
export function Command({ line }: { line: string }): ReactNode {
  return (
    <span className="command">
      <code>{line}</code>
      <CopyButton text={line} what="Copy command" />
    </span>
  )
}
