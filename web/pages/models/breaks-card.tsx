import type { ReactNode } from 'react'
import { operations } from '#contract'
import { Card } from '../../design/card.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'

/** Which applications the version would break; nothing where nobody has said what they rely on. */
export function BreaksCard({ model, version }: { model: string; version: number }): ReactNode {
  const relied = useRead(operations.models.consumers, { name: model })
  const hasConsumers = (relied.data?.consumers.length ?? 0) > 0
  const read = useRead(
    operations.models.breaks,
    { name: model, version },
    { enabled: hasConsumers },
  )
  if (!hasConsumers) return null
  return (
    <Card title="Who relies on it">
      <Read of={read} lines={3}>
        {({ checks }) => (
          <ul className="rule-list bordered">
            {checks.map((check) => (
              <li key={check.summary}>
                <StatusPill
                  health={check.passed ? 'good' : 'bad'}
                  word={check.passed ? 'keeps' : 'breaks'}
                />
                <span className="grow">{check.summary}</span>
              </li>
            ))}
          </ul>
        )}
      </Read>
    </Card>
  )
}
