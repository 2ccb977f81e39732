import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'
import { shortDigest } from './format.ts'

/** A digest or identifier, shortened for the eye and whole for the clipboard. */
export function DigestText({ digest }: { digest: string }): ReactNode {
  return (
    <span className="digest">
      <code title={digest}>{shortDigest(digest)}</code>
      <CopyButton text={digest} what="Copy whole digest" />
    </span>
  )
}
