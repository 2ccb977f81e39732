import { Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { RunDataset } from '#contract'
import { Card } from '../../design/card.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { DigestText } from '../../design/digest.tsx'
import { JsonTree } from '../../design/json-tree.tsx'
import { KeyValue } from '../../design/key-value.tsx'
import { datasetColumns } from './dataset-columns.ts'

/** The data sets a run says it read; each opens with its schema, source and profile. */
export function RunDatasets({ datasets }: { datasets: readonly RunDataset[] }): ReactNode {
  const [chosen, setChosen] = useState<RunDataset>()
  if (datasets.length === 0) return null
  return (
    <Card title="Data sets it read">
      <ul className="plain-list run-list">
        {datasets.map((each) => (
          <li key={`${each.name} ${each.digest} ${each.context ?? ''}`}>
            <button type="button" className="text-button" onClick={() => setChosen(each)}>
              {each.name}
            </button>
            {each.context !== undefined && <span className="tag">{each.context}</span>}
            <code className="muted">{each.digest}</code>
          </li>
        ))}
      </ul>
      <Modal
        opened={chosen !== undefined}
        onClose={() => setChosen(undefined)}
        title={chosen?.name ?? ''}
        size="lg"
      >
        {chosen && <DatasetDetail dataset={chosen} />}
      </Modal>
    </Card>
  )
}

function DatasetDetail({ dataset }: { dataset: RunDataset }): ReactNode {
  const { digest, context, sourceType, source, schema, profile } = dataset
  const columns = datasetColumns(schema)
  return (
    <div className="stack wide">
      <KeyValue
        facts={[
          ['Digest', <DigestText key="digest" digest={digest} />],
          context !== undefined && ['Used for', context],
          ['Kind of source', sourceType],
        ]}
      />
      <section className="stack tight">
        <h3>Schema</h3>
        {columns.length > 0 ? (
          <div className="grid-scroll" tabIndex={0} role="region" aria-label="Schema">
            <table className="grid">
              <thead>
                <tr>
                  <th scope="col">Column</th>
                  <th scope="col">Type</th>
                </tr>
              </thead>
              <tbody>
                {columns.map(({ name, type }) => (
                  <tr key={name}>
                    <td>{name}</td>
                    <td className="mono">{type}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ) : (
          <AsWritten text={schema} label="Schema" />
        )}
      </section>
      <section className="stack tight">
        <h3>Profile</h3>
        <AsWritten text={profile} label="Profile" />
      </section>
      <section className="stack tight">
        <h3>Source</h3>
        <AsWritten text={source} label="Source" />
      </section>
    </div>
  )
}

/** What a client wrote, as a tree where it is JSON. */
function AsWritten({ text, label }: { text: string | undefined; label: string }): ReactNode {
  if (text === undefined || text === '') return <p className="muted small">None was given.</p>
  try {
    return <JsonTree value={JSON.parse(text) as unknown} label={label} />
  } catch {
    return <CodeBlock code={text} label={label} />
  }
}
