import type { ReactNode } from 'react'
import type { Signature } from '#contract'
import { Card } from '../../design/card.tsx'
import { JsonTree } from '../../design/json-tree.tsx'
import { Link } from '../../design/link.tsx'
import { SignatureView } from './signature-view.tsx'

interface SignatureCardsProps {
  readonly ofMlmodel: boolean
  readonly signature: Signature | undefined
  readonly inputExample: unknown
  /** Where the example is, should it not be shown itself. */
  readonly example?: { readonly path: string; readonly href: string } | undefined
}

/** What a model reads and answers, and what it was tried with; nothing where neither is known. */
export function SignatureCards(props: SignatureCardsProps): ReactNode {
  const { signature, ofMlmodel, inputExample, example } = props
  return (
    <>
      {signature && says(signature) && (
        <Card title="Signature">
          <SignatureView signature={signature} ofMlmodel={ofMlmodel} />
        </Card>
      )}
      {(inputExample !== undefined || example !== undefined) && (
        <Card title="Input example">
          {inputExample === undefined && example !== undefined ? (
            <p className="small">
              It is in <Link href={example.href}>{example.path}</Link>, and too large or too
              different to be shown here.
            </p>
          ) : (
            <JsonTree value={inputExample} label="Input example" />
          )}
        </Card>
      )}
    </>
  )
}

function says({ inputs, outputs, params }: Signature): boolean {
  return inputs.length > 0 || outputs !== undefined || params !== undefined
}
