import type { ReactNode } from 'react'
import type { Run } from '#contract'
import { Card } from '../../design/card.tsx'
import { Stat, StatRow } from '../../design/stat.tsx'
import { stageUse } from './stage-use-metrics.ts'

/** What the stage that made the run used in all, with whatever else ran in it. */
export function StageUse({ run }: { run: Run }): ReactNode {
  const shown = stageUse.flatMap(([key, name, text]) => {
    const value = run.metrics[key]
    return value === undefined ? [] : [{ name, value: text(value) }]
  })
  if (shown.length === 0) return null
  const stage = run.source.pipelineStage
  return (
    <Card title={stage === undefined ? 'Its stage used' : `The stage ${stage} used`}>
      <StatRow>
        {shown.map(({ name, value }) => (
          <Stat key={name} name={name} value={value} />
        ))}
      </StatRow>
    </Card>
  )
}
