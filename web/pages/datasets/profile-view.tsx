import type { ReactNode } from 'react'
import { operations, type DatasetVersion, type Profile } from '#contract'
import { BarChart } from '../../design/bar-chart.tsx'
import { formatCell, formatCount, formatNumber, formatPercent } from '../../design/format.ts'
import { Histogram } from '../../design/histogram.tsx'
import { Meter } from '../../design/meter.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'

type ColumnProfile = Profile['columns'][number]

interface ProfileViewProps {
  readonly version: DatasetVersion
  readonly label: string | undefined
}

/** Each column of the version in numbers and a picture. */
export function ProfileView({ version, label }: ProfileViewProps): ReactNode {
  const input = { name: version.dataset, version: version.version }
  const read = useRead(operations.datasets.profile, input)
  return (
    <Read of={read} lines={12}>
      {(profile) => (
        <ul className="profile">
          {profile.columns.map((column) => (
            <li key={column.name} className="card">
              <ColumnCard column={column} rows={profile.rows} isLabel={column.name === label} />
            </li>
          ))}
        </ul>
      )}
    </Read>
  )
}

interface ColumnCardProps {
  readonly column: ColumnProfile
  readonly rows: number
  readonly isLabel: boolean
}

function ColumnCard({ column, rows, isLabel }: ColumnCardProps): ReactNode {
  const missing = rows === 0 ? 0 : column.missing / rows
  return (
    <div className="card-body stack">
      <div className="line spread">
        <h2 className="wrap-anywhere column-name">{column.name}</h2>
        <span className="line">
          {isLabel && <span className="tag sand">label</span>}
          <span className="tag">{column.type}</span>
        </span>
      </div>
      {column.histogram !== undefined ? (
        <Histogram label={column.name} bins={column.histogram} height={96} />
      ) : (
        column.top !== undefined && (
          <BarChart
            label={`Most frequent values of ${column.name}`}
            format={formatCount}
            bars={column.top
              .slice(0, 6)
              .map(({ value, count }) => ({ key: value, name: value, value: count }))}
          />
        )
      )}
      <dl className="facts compact">
        {numbersOf(column).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="class-line">
        <span className="small muted">missing</span>
        <Meter share={missing} label={`Missing in ${column.name}`} token="--attention" />
        <span className="small">{formatPercent(missing)}</span>
      </div>
    </div>
  )
}

function numbersOf(column: ColumnProfile): readonly (readonly [string, string])[] {
  const facts: (readonly [string, string])[] = []
  if (column.mean !== undefined) facts.push(['mean', formatNumber(column.mean)])
  if (column.deviation !== undefined) facts.push(['deviation', formatNumber(column.deviation)])
  if (column.min !== undefined) facts.push(['min', formatCell(column.min)])
  if (column.quartiles !== undefined) {
    facts.push(['quartiles', column.quartiles.map((each) => formatNumber(each)).join(' · ')])
  }
  if (column.max !== undefined) facts.push(['max', formatCell(column.max)])
  facts.push(['distinct', formatCount(column.distinct)])
  if (column.zeros !== undefined && column.zeros > 0) {
    facts.push(['zeros', formatCount(column.zeros)])
  }
  return facts
}
