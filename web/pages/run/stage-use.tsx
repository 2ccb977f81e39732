import type { ReactNode } from 'react'
import type { Run } from '#contract'
import { Card } from '../../design/card.tsx'
import { formatBytes, formatDuration } from '../../design/format.ts'
import { Stat, StatRow } from '../../design/stat.tsx'

/** What a stage used, as the pipeline writes it into the runs that the stage made. */
const measured = [
  ['system/stage_wall_seconds', 'Time', seconds],
  ['system/stage_cpu_seconds', 'CPU time', seconds],
  ['system/stage_peak_rss_bytes', 'Memory at most', formatBytes],
  ['system/stage_read_bytes', 'Read', formatBytes],
  ['system/stage_written_bytes', 'Written', formatBytes],
] as const

function seconds(value: number): string {
  return formatDuration(value * 1000)
}

/** Told once at the end of a stage, so that there is no course to draw. */
export function isStageUse(key: string): boolean {
  return measured.some(([name]) => name === key)
}

/** What the stage that made the run used in all, with whatever else ran in it. */
export function StageUse({ run }: { run: Run }): ReactNode {
  const shown = measured.flatMap(([key, name, text]) => {
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
