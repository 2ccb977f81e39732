import { NativeSelect } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type DatasetVersion } from '#contract'
import { Card } from '../../design/card.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatCell, formatCount, plural } from '../../design/format.ts'
import { Stat, StatRow } from '../../design/stat.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'

interface DiffViewProps {
  readonly name: string
  readonly versions: readonly DatasetVersion[]
  readonly to: DatasetVersion
}

/** What changed from one version to the chosen one; from its parent unless said. */
export function DiffView({ name, versions, to }: DiffViewProps): ReactNode {
  const others = versions.filter((each) => each.version !== to.version)
  const [chosen, setChosen] = useState<number>()
  const from = chosen ?? to.parent ?? others[0]?.version
  const read = useRead(
    operations.datasets.diff,
    { name, from: from ?? 1, to: to.version },
    { enabled: from !== undefined },
  )
  if (from === undefined) {
    return (
      <EmptyState icon="data" title="There is one version only">
        Differences show here once there is a second.
      </EmptyState>
    )
  }
  return (
    <div className="stack wide">
      <NativeSelect
        label={`Compare version ${to.version} with`}
        w={240}
        value={String(from)}
        data={others.map((each) => ({
          value: String(each.version),
          label: `version ${each.version}`,
        }))}
        onChange={(event) => setChosen(Number(event.currentTarget.value))}
      />
      <Read of={read}>
        {({ rowsAdded, rowsRemoved, columns }) => {
          const changed = columns.filter((each) => each.change !== 'same')
          return (
            <div className="stack wide">
              <StatRow>
                <Stat name="Rows added" value={formatCount(rowsAdded)} />
                <Stat name="Rows removed" value={formatCount(rowsRemoved)} />
                <Stat name="Columns changed" value={formatCount(changed.length)} />
              </StatRow>
              {changed.length > 0 && (
                <Card title="Columns" flush>
                  <ul className="rule-list">
                    {changed.map((column) => (
                      <li key={column.name}>
                        <span className="tag sand">{column.change}</span>
                        <div className="grow">
                          <strong>{column.name}</strong>{' '}
                          <span className="muted">{plural(column.cells, 'cell')}</span>
                          <p className="small muted">
                            {column.examples.slice(0, 6).map((example, index) => (
                              <span key={example.row}>
                                {index > 0 && ' · '}row {example.row}: {formatCell(example.from)} →{' '}
                                {formatCell(example.to)}
                              </span>
                            ))}
                          </p>
                        </div>
                      </li>
                    ))}
                  </ul>
                </Card>
              )}
            </div>
          )
        }}
      </Read>
    </div>
  )
}
