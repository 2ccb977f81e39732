import { NativeSelect } from '@mantine/core'
import type { ReactNode } from 'react'
import {
  measuredNumber,
  operations,
  type Measured,
  type ModelVersion,
  type VersionComparison,
} from '#contract'
import { Card } from '../../design/card.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatNumber, shortDigest } from '../../design/format.ts'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { LineDiff } from '../../design/line-diff.tsx'

interface CompareViewProps {
  readonly model: string
  readonly versions: readonly ModelVersion[]
  readonly from: number | undefined
  readonly to: number | undefined
  readonly onChoose: (from: number, to: number) => void
}

/** What differs between two versions, and nothing that does not. */
export function CompareView({ model, versions, onChoose, ...given }: CompareViewProps): ReactNode {
  const numbers = versions.map((each) => each.version)
  const to = given.to ?? numbers[0]
  const from = given.from ?? numbers.find((each) => each !== to)
  const read = useRead(
    operations.models.compare,
    { name: model, from: from ?? 1, to: to ?? 1 },
    { enabled: from !== undefined && to !== undefined },
  )
  if (from === undefined || to === undefined) {
    return (
      <EmptyState icon="model" title="There is one version only">
        Differences show here once there is a second.
      </EmptyState>
    )
  }
  const data = numbers.map((each) => ({ value: String(each), label: `version ${each}` }))
  return (
    <div className="stack wide">
      <div className="line">
        <NativeSelect
          label="From"
          data={data}
          value={String(from)}
          onChange={(event) => onChoose(Number(event.currentTarget.value), to)}
        />
        <NativeSelect
          label="To"
          data={data}
          value={String(to)}
          onChange={(event) => onChoose(from, Number(event.currentTarget.value))}
        />
      </div>
      <Read of={read}>{(comparison) => <Comparison comparison={comparison} />}</Read>
    </div>
  )
}

const areas = [
  ['inputs', 'Inputs'],
  ['outputs', 'Outputs'],
  ['params', 'Parameters'],
  ['source', 'Made from'],
  ['files', 'Files'],
] as const

function Comparison({ comparison }: { comparison: VersionComparison }): ReactNode {
  const { metrics, card, from, to } = comparison
  const changed = areas.filter(([area]) => comparison[area].length > 0)
  const isCardChanged = card.some((line) => line.mark !== ' ')
  if (changed.length === 0 && metrics.length === 0 && !isCardChanged) {
    return (
      <div className="notice good">
        Versions {from} and {to} are the same in all that is recorded.
      </div>
    )
  }
  return (
    <div className="stack wide">
      <div className="columns wide-columns">
        {metrics.length > 0 && (
          <Card title="Metrics" flush>
            <Changes
              head={['metric', `version ${from}`, `version ${to}`, 'difference']}
              rows={metrics.map((each) => [
                each.name,
                shown(each.from),
                shown(each.to),
                each.difference === undefined
                  ? ''
                  : `${Number(each.difference) > 0 ? '+' : ''}${shown(each.difference)}`,
              ])}
            />
          </Card>
        )}
        {changed.map(([area, title]) => (
          <Card key={area} title={title} flush>
            <Changes
              head={[title.toLowerCase(), `version ${from}`, `version ${to}`]}
              rows={comparison[area].map((each) => [each.name, short(each.from), short(each.to)])}
            />
          </Card>
        ))}
      </div>
      {isCardChanged && (
        <Card title="Card">
          <LineDiff lines={card} label="How the card changed" />
        </Card>
      )}
    </div>
  )
}

function shown(value: Measured | undefined): string {
  const number = measuredNumber(value)
  return number === undefined ? '—' : formatNumber(number)
}

function short(text: string | undefined): string {
  if (text === undefined) return '—'
  return /^(?:sha256:)?[0-9a-f]{32,64}$/.test(text) ? shortDigest(text) : text
}

interface ChangesProps {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

function Changes({ head, rows }: ChangesProps): ReactNode {
  return (
    <div className="grid-scroll" tabIndex={0} role="region" aria-label={`Changed ${head[0]}`}>
      <table className="grid">
        <thead>
          <tr>
            {head.map((name, i) => (
              <th key={name} scope="col" className={i > 0 ? 'numeric' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name = '', ...cells]) => (
            <tr key={name}>
              <td className="wrap-anywhere">{name}</td>
              {cells.map((cell, i) => (
                <td key={head[i + 1]} className="numeric wrap-anywhere">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
