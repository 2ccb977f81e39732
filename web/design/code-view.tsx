import { useMemo, type ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'
import { highlight } from './highlight.ts'

/** A file of code as it is, its parts told apart by colour. */
export function CodeView({ code, path }: { code: string; path: string }): ReactNode {
  const tokens = useMemo(() => highlight(code, path), [code, path])
  return (
    <div className="code tall">
      <pre tabIndex={0} role="region" aria-label={path}>
        {tokens.map(({ kind, text }, index) =>
          kind === 'plain' ? (
            text
          ) : (
            <span key={index} className={`code-${kind}`}>
              {text}
            </span>
          ),
        )}
      </pre>
      <CopyButton text={code} what={`Copy ${path}`} />
    </div>
  )
}
