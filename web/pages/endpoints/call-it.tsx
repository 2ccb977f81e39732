import { SegmentedControl } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Endpoint } from '#contract'
import { Card } from '../../design/card.tsx'
import { CodeBlock, Command } from '../../design/code-block.tsx'
import { Link } from '../../design/link.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { serverAddress } from '../../app/place.ts'
import { snippetsOf } from './snippets.ts'

/** How programs call the endpoint; nothing leaves this page but by copying. */
export function CallIt({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const [shown, setShown] = useState('infer')
  const { model, version, signature, name } = endpoint
  const described = useRead(
    operations.models.version,
    { name: model, version: version ?? 1 },
    { enabled: version !== undefined },
  )
  if (signature === undefined) {
    return <p className="muted">Snippets stand here once a model answers.</p>
  }
  const snippets = snippetsOf(serverAddress, name, signature, described.data?.version.inputExample)
  const snippet = snippets.find((each) => each.id === shown) ?? snippets[0]
  return (
    <Card title="Call it from a program">
      <div className="stack">
        <p className="muted">
          Off this machine, calls need a token with the permission endpoints:predict. Make one in{' '}
          <Link href={paths.settings}>Settings</Link>, or with
        </p>
        <div>
          <Command line={`tidemill token create ${name}-client --scope endpoints:predict`} />
        </div>
        <SegmentedControl
          aria-label="Way to call"
          value={shown}
          onChange={setShown}
          data={snippets.map((each) => ({ value: each.id, label: each.name }))}
        />
        {snippet !== undefined && (
          <CodeBlock code={snippet.code} label={`${snippet.name} snippet`} />
        )}
      </div>
    </Card>
  )
}
