import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations, type GraphStage } from '#contract'
import { Card } from '../../design/card.tsx'
import { plural } from '../../design/format.ts'
import { KeyValue } from '../../design/key-value.tsx'
import { Link, useGo } from '../../design/link.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useAct } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useMay } from '../../app/session.ts'
import { groupTitle, type GraphBox } from './stage-groups.ts'
import { stateOf } from './stage-state.ts'

interface BoxPanelProps {
  readonly box: GraphBox
  readonly groups: ReadonlyMap<string, number>
  readonly onToggle: (group: string) => void
  readonly onClose: () => void
}

/** What is chosen in the graph: why it would run, what it does, and its groups to close or open. */
export function BoxPanel({ box, groups, onToggle, onClose }: BoxPanelProps): ReactNode {
  const [only] = box.stages
  const closable = box.inside.filter((group) => (groups.get(group) ?? 0) > 1)
  return (
    <Card
      title={box.closed ? box.title : box.id}
      aside={
        <Button size="compact-xs" variant="subtle" onClick={onClose}>
          Close
        </Button>
      }
    >
      <div className="stack wide">
        {box.closed || only === undefined ? <GroupFacts box={box} /> : <StageFacts stage={only} />}
        <div className="line">
          {box.closed && (
            <Button size="xs" onClick={() => onToggle(box.id)}>
              Open the group
            </Button>
          )}
          {closable.map((group) => (
            <Button key={group} size="xs" variant="default" onClick={() => onToggle(group)}>
              Close {groupTitle(group)} ({groups.get(group)})
            </Button>
          ))}
        </div>
      </div>
    </Card>
  )
}

function StageFacts({ stage }: { stage: GraphStage }): ReactNode {
  const may = useMay('pipeline:run')
  const go = useGo()
  const repro = useAct(operations.pipelines.repro, { done: `${stage.name} is in the queue` })
  const state = stateOf(stage)
  return (
    <>
      <div className="line">
        <StatusPill health={state.health} word={state.word} />
        <span className="grow" />
        {may && (
          <Button
            size="xs"
            variant="default"
            loading={repro.isPending}
            onClick={() => repro.mutate({ targets: [stage.name] })}
          >
            Run up to here
          </Button>
        )}
        <Button size="xs" onClick={() => go(paths.stage(stage.name))}>
          Open
        </Button>
      </div>
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
          ['Reads', <Paths key="deps" paths={stage.deps} />],
          ['Makes', <Paths key="outs" paths={stage.outs} />],
        ]}
      />
    </>
  )
}

function GroupFacts({ box }: { box: GraphBox }): ReactNode {
  const due = box.stages.filter((stage) => stage.action !== 'skip')
  return (
    <>
      <p className="small">
        {plural(box.stages.length, 'stage')}
        {due.length === 0 ? ', all up to date.' : `, ${due.length} would run.`}
      </p>
      <ul className="plain-list small">
        {box.stages.slice(0, 12).map((stage) => (
          <li key={stage.name}>
            <Link href={paths.stage(stage.name)}>{stage.name}</Link>
          </li>
        ))}
        {box.stages.length > 12 && <li className="muted">and {box.stages.length - 12} more</li>}
      </ul>
    </>
  )
}

function Paths({ paths: list }: { paths: readonly string[] }): ReactNode {
  if (list.length === 0) return 'nothing'
  return (
    <ul className="plain-list">
      {list.map((path) => (
        <li key={path}>
          <code>{path}</code>
        </li>
      ))}
    </ul>
  )
}
