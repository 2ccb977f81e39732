import { useMemo, type ReactNode } from 'react'
import { operations, type StageAttempt } from '#contract'
import { Card } from '../../design/card.tsx'
import { LineChart } from '../../design/line-chart.tsx'
import { useRead } from '../../app/api.tsx'

const height = 150

/** Processor and memory over the time of an attempt, live while it runs; nothing of one that was too short to be looked at. */
export function AttemptUseCard(props: { stage: string; attempt: StageAttempt }): ReactNode {
  const { stage, attempt } = props
  const { data } = useRead(
    operations.pipelines.use,
    { name: stage, attempt: attempt.id },
    { everyMs: attempt.state === 'running' ? 1000 : undefined },
  )
  const { x, cores, memory } = useMemo(() => {
    const samples = data?.samples ?? []
    return {
      x: samples.map((each) => each.seconds),
      cores: [{ name: 'cores', values: samples.map((each) => each.cores) }],
      memory: [{ name: 'MB', values: samples.map((each) => each.rssBytes / 1e6) }],
    }
  }, [data])
  if (x.length < 2) return null
  return (
    <Card
      title="While it ran"
      {...(data?.running ? { aside: <span className="muted small">live</span> } : {})}
    >
      <div className="cost-grid">
        <figure className="use-figure">
          <figcaption className="small muted">Processor, in cores</figcaption>
          <LineChart label="Processor" x={x} xName="seconds" series={cores} height={height} />
        </figure>
        <figure className="use-figure">
          <figcaption className="small muted">Memory, in MB</figcaption>
          <LineChart label="Memory" x={x} xName="seconds" series={memory} height={height} />
        </figure>
      </div>
    </Card>
  )
}
