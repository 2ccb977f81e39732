import type { ReactNode } from 'react'
import { operations, type LabelTask, type SignatureField } from '#contract'
import { Card } from '../../design/card.tsx'
import { formatCell, formatNumber } from '../../design/format.ts'
import { useRead } from '../../app/api.tsx'

interface TaskFeaturesProps {
  readonly endpoint: string
  readonly features: LabelTask['features']
}

/** The values of the row; a number also by where it stands between the least and the most that training saw. */
export function TaskFeatures({ endpoint, features }: TaskFeaturesProps): ReactNode {
  const read = useRead(operations.endpoints.get, { name: endpoint })
  const fields = new Map(read.data?.endpoint.signature?.inputs.map((each) => [each.name, each]))
  return (
    <Card title="The row">
      <dl className="features">
        {Object.entries(features).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === null ? <span className="missing">missing</span> : formatCell(value)}</dd>
            <Position field={fields.get(name)} value={value} />
          </div>
        ))}
      </dl>
    </Card>
  )
}

function Position({ field, value }: PositionProps): ReactNode {
  const { min, max, mean } = field ?? {}
  if (min === undefined || max === undefined || max <= min || typeof value !== 'number') {
    return <dd aria-hidden="true" />
  }
  const place = (at: number) => `${Math.max(0, Math.min(1, (at - min) / (max - min))) * 100}%`
  const outside = value < min || value > max
  return (
    <dd className="position">
      <span className="small muted">{formatNumber(min)}</span>
      <span
        className={outside ? 'range outside' : 'range'}
        role="img"
        aria-label={`${formatNumber(value)} between ${formatNumber(min)} and ${formatNumber(max)}${
          outside ? ', outside what training saw' : ''
        }`}
      >
        {mean !== undefined && <i style={{ left: place(mean) }} />}
        <b style={{ left: place(value) }} />
      </span>
      <span className="small muted">{formatNumber(max)}</span>
    </dd>
  )
}

interface PositionProps {
  readonly field: SignatureField | undefined
  readonly value: LabelTask['features'][string]
}
