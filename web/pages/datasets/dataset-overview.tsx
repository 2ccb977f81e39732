import type { ReactNode } from 'react'
import type { Dataset, DatasetVersion } from '#contract'
import { Card } from '../../design/card.tsx'
import { DigestText } from '../../design/digest.tsx'
import { formatBytes, formatCount, plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { KeyValue } from '../../design/key-value.tsx'
import { When } from '../../design/when.tsx'
import { describeAction } from './describe-rule.ts'
import { ValidationPill } from './validation-pill.tsx'

interface OverviewProps {
  readonly dataset: Dataset
  readonly versions: readonly DatasetVersion[]
  readonly version: DatasetVersion
  readonly onVersion: (version: number) => void
}

/** The versions in time, and the chosen one in full. */
export function DatasetOverview(props: OverviewProps): ReactNode {
  const { dataset, versions, version, onVersion } = props
  return (
    <div className="two-thirds">
      <Card title="Versions">
        <ol className="timeline" aria-label="Versions, newest first">
          {versions.map((each) => (
            <li key={each.version}>
              <button
                type="button"
                aria-current={each === version ? 'true' : undefined}
                onClick={() => onVersion(each.version)}
              >
                <span className="timeline-number">{each.version}</span>
                <span className="stack tight grow">
                  <strong>{each.message || originWords[each.origin]}</strong>
                  <span className="muted small">
                    {originWords[each.origin]}
                    {each.parent !== undefined && ` of version ${each.parent}`}
                    {' · '}
                    {plural(each.rows, 'row')} · <When time={each.createdAt} /> by {each.createdBy}
                  </span>
                  <Changes version={each} />
                </span>
                <ValidationPill report={each.validation} />
              </button>
            </li>
          ))}
        </ol>
      </Card>
      <div className="stack">
        <Card title={`Version ${version.version}`}>
          <KeyValue
            facts={[
              ['Rows', formatCount(version.rows)],
              ['Columns', version.schema.length],
              ['Size', formatBytes(version.bytes)],
              dataset.label !== undefined && ['Predicts', dataset.label],
              ['Origin', originWords[version.origin]],
              version.parent !== undefined && [
                'Made from',
                <button
                  key="parent"
                  type="button"
                  className="text-button"
                  onClick={() => onVersion(version.parent ?? 1)}
                >
                  version {version.parent}
                </button>,
              ],
              ['Content', <DigestText key="digest" digest={version.digest} />],
              version.source !== undefined && [
                'Bytes as they came',
                <DigestText key="source" digest={version.source} />,
              ],
            ]}
          />
        </Card>
        <Card title="Columns">
          <ul className="schema">
            {version.schema.map((field) => (
              <li key={field.name}>
                <span className="wrap-anywhere">{field.name}</span>
                <span className="muted small">
                  {field.type}
                  {field.nullable ? ', may be missing' : ''}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      </div>
    </div>
  )
}

function Changes({ version }: { version: DatasetVersion }): ReactNode {
  if (version.changes === undefined || version.changes.length === 0) return null
  return (
    <span className="changes">
      {version.changes.map((change) => (
        <span key={describeAction(change.action)} className="small">
          <Icon name="edit" size={12} /> {describeAction(change.action)}:{' '}
          {plural(change.cells, 'cell')} in {plural(change.rows, 'row')}
        </span>
      ))}
    </span>
  )
}

const originWords = {
  import: 'import',
  clean: 'cleaning',
  labels: 'labels',
  append: 'appended rows',
  stage: 'pipeline stage',
} as const
