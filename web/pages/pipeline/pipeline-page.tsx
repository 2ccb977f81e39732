import { Button, Checkbox } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import { operations, type OutputOf } from '#contract'
import { Card } from '../../design/card.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { KeyValue } from '../../design/key-value.tsx'
import { LayeredGraph } from '../../design/layered-graph.tsx'
import { Page } from '../../design/page.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'
import { JobProgress } from '../jobs/job-progress.tsx'

export type Stage = OutputOf<typeof operations.pipelines.graph>['stages'][number]

const actionWords = { run: 'will run', skip: 'up to date', restore: 'from the cache' } as const
const actionHealth = { run: 'attention', skip: 'good', restore: 'busy' } as const

/** The stages, what a run would do with each and why; and the run itself. */
export function PipelinePage(): ReactNode {
  const read = useRead(operations.pipelines.graph, {})
  const [chosen, setChosen] = useState<string>()
  return (
    <Page
      title="Pipeline"
      intro="A stage runs again when what it depends on has changed: data, code or parameters."
    >
      <Read of={read} lines={8}>
        {({ stages }) =>
          stages.length === 0 ? (
            <EmptyState
              icon="pipeline"
              title="There is no pipeline here"
              command="tidemill init --template diabetes my-project"
            >
              A pipeline is a dvc.yaml beside tidemill.yaml. Write one, or begin from a template.
            </EmptyState>
          ) : (
            <>
              <RunPipeline stages={stages} />
              <Card>
                <StageGraph stages={stages} chosen={chosen} onChoose={setChosen} />
              </Card>
              <StageDetails stage={stages.find((each) => each.name === chosen) ?? stages[0]} />
            </>
          )
        }
      </Read>
    </Page>
  )
}

function RunPipeline({ stages }: { stages: readonly Stage[] }): ReactNode {
  const [force, setForce] = useState(false)
  const [job, setJob] = useState<string>()
  const may = useMay('pipeline:run')
  const repro = useAct(operations.pipelines.repro, { onDone: ({ job }) => setJob(job.id) })
  const due = stages.filter((stage) => stage.action !== 'skip').length
  return (
    <div className="stack">
      <div className="line spread">
        <span>
          {due === 0
            ? `All ${plural(stages.length, 'stage')} are up to date.`
            : `${due} of ${plural(stages.length, 'stage')} would run.`}
        </span>
        {may && (
          <span className="line">
            <Checkbox
              label="Run all, changed or not"
              checked={force}
              onChange={(event) => setForce(event.currentTarget.checked)}
            />
            <Button
              leftSection={<Icon name="play" size={15} />}
              loading={repro.isPending}
              disabled={due === 0 && !force}
              onClick={() => repro.mutate(force ? { force } : {})}
            >
              Run
            </Button>
          </span>
        )}
      </div>
      {job !== undefined && <JobProgress id={job} />}
    </div>
  )
}

function StageGraph({ stages, chosen, onChoose }: StageGraphProps): ReactNode {
  const nodes = useMemo(
    () =>
      stages.map((stage) => ({
        id: stage.name,
        content: (
          <button
            type="button"
            className={`node ${stage.name === chosen ? 'focus' : ''}`}
            aria-pressed={stage.name === chosen}
            onClick={() => onChoose(stage.name)}
          >
            <span className="node-title" title={stage.name}>
              {stage.name}
            </span>
            <StatusPill health={actionHealth[stage.action]} word={actionWords[stage.action]} />
            <span className="node-detail">{stage.reasons[0]?.summary ?? ''}</span>
          </button>
        ),
      })),
    [stages, chosen, onChoose],
  )
  const edges = useMemo(
    () => stages.flatMap((stage) => stage.needs.map((from) => ({ from, to: stage.name }))),
    [stages],
  )
  return <LayeredGraph label="Stages" nodes={nodes} edges={edges} />
}

interface StageGraphProps {
  readonly stages: readonly Stage[]
  readonly chosen: string | undefined
  readonly onChoose: (name: string) => void
}

function StageDetails({ stage }: { stage: Stage | undefined }): ReactNode {
  if (stage === undefined) return null
  return (
    <Card
      title={stage.name}
      aside={<StatusPill health={actionHealth[stage.action]} word={actionWords[stage.action]} />}
    >
      <KeyValue
        facts={[
          [
            'Why',
            stage.reasons.length === 0 ? (
              'Nothing it depends on has changed.'
            ) : (
              <ul key="why" className="plain-list">
                {stage.reasons.map((reason) => (
                  <li key={`${reason.kind} ${reason.path}`}>{reason.summary}</li>
                ))}
              </ul>
            ),
          ],
          ['Command', <code key="command">{stage.command}</code>],
          ['After', stage.needs.length === 0 ? 'nothing' : stage.needs.join(', ')],
          ['Reads', <Paths key="deps" paths={stage.deps} />],
          ['Writes', <Paths key="outs" paths={stage.outs} />],
        ]}
      />
    </Card>
  )
}

function Paths({ paths }: { paths: readonly string[] }): ReactNode {
  if (paths.length === 0) return 'nothing'
  return (
    <ul className="plain-list">
      {paths.map((path) => (
        <li key={path}>
          <code>{path}</code>
        </li>
      ))}
    </ul>
  )
}
