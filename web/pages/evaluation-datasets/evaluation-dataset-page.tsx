import type { ReactNode } from 'react'
import { operations, type EvaluationDataset } from '#contract'
import { Card } from '../../design/card.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { formatCount, formatTime } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { KeyValue } from '../../design/key-value.tsx'
import { Link } from '../../design/link.tsx'
import { Page, type Crumb } from '../../design/page.tsx'
import { TagsCard } from '../../design/tags-card.tsx'
import { downloadHref, useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { serverAddress } from '../../app/place.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart } from '../../app/search-state.ts'
import { useMay } from '../../app/session.ts'
import { EvaluationRecords } from './evaluation-records.tsx'
import { RemoveDataset } from './remove-dataset.tsx'

const { evaluationDatasets } = operations

/** One evaluation data set: its records, what they hold, and where it belongs. */
export function EvaluationDatasetPage(): ReactNode {
  const id = usePathPart('id')
  const read = useRead(evaluationDatasets.get, { dataset: id })
  const dataset = read.data?.dataset
  return (
    <Page
      title={dataset?.name ?? id}
      crumbs={[{ name: 'Runs', href: paths.runs }, above(dataset)]}
      actions={dataset && <Actions dataset={dataset} />}
    >
      <Read of={read} lines={10}>
        {({ dataset: shown }) => (
          <div className="two-thirds">
            <EvaluationRecords dataset={shown} />
            <div className="stack">
              <Facts dataset={shown} />
              <Holds fields={shown.fields} />
              <Tags dataset={shown} />
              <Card title="Judge by it">
                <CodeBlock
                  label="code that loads it"
                  code={[
                    'import mlflow',
                    'from mlflow.genai.datasets import get_dataset',
                    '',
                    `mlflow.set_tracking_uri("${serverAddress}")`,
                    `dataset = get_dataset(dataset_id="${shown.id}")`,
                  ].join('\n')}
                />
              </Card>
            </div>
          </div>
        )}
      </Read>
    </Page>
  )
}

/** The list it is looked for in: that of its experiment, where it is of one alone. */
function above(dataset: EvaluationDataset | undefined): Crumb {
  const [one, ...others] = dataset?.experiments ?? []
  return one === undefined || others.length > 0
    ? { name: 'Evaluation data sets', href: paths.evaluationDatasets }
    : { name: one.name, href: paths.experiment(one.name, { mode: 'datasets' }) }
}

function Actions({ dataset: { id } }: { dataset: EvaluationDataset }): ReactNode {
  return (
    <>
      {(['jsonl', 'csv'] as const).map((format) => (
        <a
          key={format}
          className="button-link"
          download
          href={downloadHref(evaluationDatasets.download, { dataset: id, format })}
        >
          <Icon name="download" size={16} /> {format === 'csv' ? 'CSV' : 'JSON lines'}
        </a>
      ))}
      <RemoveDataset dataset={id} />
    </>
  )
}

function Facts({ dataset }: { dataset: EvaluationDataset }): ReactNode {
  const { id, digest, records, experiments, createdAt, createdBy, updatedAt, updatedBy } = dataset
  return (
    <Card title="Facts">
      <KeyValue
        facts={[
          ['Records', formatCount(records)],
          experiments.length > 0 && [
            'Experiments',
            <ul key="experiments" className="plain-list">
              {experiments.map(({ id: each, name }) => (
                <li key={each}>
                  <Link href={paths.experiment(name, { mode: 'datasets' })}>{name}</Link>
                </li>
              ))}
            </ul>,
          ],
          ['Created', `${formatTime(createdAt)} by ${createdBy}`],
          ['Changed', `${formatTime(updatedAt)} by ${updatedBy}`],
          ['Digest', <code key="digest">{digest}</code>],
          [
            'Identifier',
            <span key="id" className="digest">
              <code className="wrap-anywhere">{id}</code>
              <CopyButton text={id} what="Copy the identifier" />
            </span>,
          ],
        ]}
      />
    </Card>
  )
}

const parts = [
  ['inputs', 'asks'],
  ['outputs', 'answered'],
  ['expectations', 'expects'],
] as const

/** What the parts of records hold, by name and kind. */
function Holds({ fields }: Pick<EvaluationDataset, 'fields'>): ReactNode {
  const all = parts.flatMap(([part, verb]) =>
    Object.entries(fields[part]).map(([name, kind]) => ({ part, verb, name, kind })),
  )
  if (all.length === 0) return null
  return (
    <Card title="What records hold">
      <ul className="schema">
        {all.map(({ part, verb, name, kind }) => (
          <li key={`${part} ${name}`}>
            <span className="wrap-anywhere">
              {verb} {name}
            </span>
            <span className="muted small">{kind}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Tags({ dataset: { id, tags } }: { dataset: EvaluationDataset }): ReactNode {
  const may = useMay('tracking:write')
  const add = useAct(evaluationDatasets.tag, { quiet: true })
  const takeOff = useAct(evaluationDatasets.tag)
  return (
    <TagsCard
      tags={tags}
      may={may}
      longest={5000}
      onAdd={(name, value) => add.mutateAsync({ dataset: id, tags: { [name]: value } })}
      onRemove={(name) => takeOff.mutate({ dataset: id, tags: { [name]: null } })}
    />
  )
}
