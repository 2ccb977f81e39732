import { Button, Switch } from '@mantine/core'
import { useRef, useState, type ReactNode } from 'react'
import { operations, type LabelQueue, type LabelTask } from '#contract'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatPercent } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'
import { useShortcut } from '../../app/shortcuts.tsx'
import { TaskFeatures } from './task-features.tsx'

interface Given {
  readonly task: LabelTask
  readonly label: string
}

interface TaskDeskProps {
  readonly queue: LabelQueue
  /** What nobody has settled yet, or what those who labelled it disagree on. */
  readonly state: 'waiting' | 'disputed'
}

/** The present task and what can be done with it: 1 to 9 choose, s skips, u undoes, h shows what the model said. */
export function TaskDesk({ queue, state }: TaskDeskProps): ReactNode {
  const read = useRead(
    operations.labels.tasks,
    { name: queue.name, state, limit: 100 },
    { keep: true },
  )
  const underWay = useRef<Promise<unknown>>(Promise.resolve())
  const [given, setGiven] = useState<readonly Given[]>([])
  const [skipped, setSkipped] = useState<readonly string[]>([])
  const [showing, setShowing] = useState(false)
  const may = useMay('labels:write')
  const annotate = useAct(operations.labels.annotate)
  const undo = useAct(operations.labels.undo, { done: 'Taken back' })

  const done = new Set(given.map((each) => each.task.id))
  const open = (read.data?.tasks ?? []).filter((task) => !done.has(task.id))
  const task = open.find((each) => !skipped.includes(each.id)) ?? open[0]
  const last = given.at(-1)

  const choose = (label: string) => {
    if (task === undefined || !may) return
    setGiven([...given, { task, label }])
    inTurn(() => annotate.mutateAsync({ name: queue.name, task: task.id, label })).catch(() =>
      setGiven((all) => all.filter((each) => each.task.id !== task.id)),
    )
  }
  const takeBack = () => {
    if (last === undefined) return
    setGiven(given.slice(0, -1))
    inTurn(() => undo.mutateAsync({ name: queue.name, task: last.task.id })).catch(() => undefined)
  }
  // Two requests on their way at once may arrive in the other order.
  const inTurn = (act: () => Promise<unknown>): Promise<unknown> => {
    const turn = underWay.current.then(act)
    underWay.current = turn.catch(() => undefined)
    return turn
  }
  const skip = () => {
    if (task === undefined) return
    // After all have been skipped the round begins again.
    const rest = open.filter((each) => !skipped.includes(each.id)).length
    setSkipped(rest <= 1 ? [] : [...skipped, task.id])
  }

  useClassKeys(queue, choose, task !== undefined)
  const group = { group: 'Labelling' }
  useShortcut('s', 'Skip', skip, group)
  useShortcut('u', 'Take the last label back', takeBack, group)
  useShortcut('h', 'Show or hide what the model said', () => setShowing(!showing), group)

  return (
    <Read of={read}>
      {() =>
        task === undefined ? (
          <NothingLeft queue={queue} state={state} />
        ) : (
          <div className="desk">
            <TaskFeatures endpoint={queue.endpoint} features={task.features} />
            <div className="stack">
              <div className="card card-body stack">
                <h2>What is it?</h2>
                {state === 'disputed' && <Votes queue={queue} task={task} />}
                <div className="choices">
                  {queue.classes.map((each, index) => (
                    <button
                      key={each.value}
                      type="button"
                      disabled={!may}
                      onClick={() => choose(each.value)}
                    >
                      <kbd>{index + 1}</kbd>
                      {each.label}
                    </button>
                  ))}
                </div>
                <div className="line">
                  <Button variant="default" size="xs" onClick={skip}>
                    Skip <kbd className="in-button">s</kbd>
                  </Button>
                  <Button
                    variant="default"
                    size="xs"
                    disabled={last === undefined}
                    onClick={takeBack}
                  >
                    Undo <kbd className="in-button">u</kbd>
                  </Button>
                </div>
                <Switch
                  size="sm"
                  label="Show what the model said (h)"
                  checked={showing}
                  onChange={() => setShowing(!showing)}
                />
                {showing && (
                  <p>
                    The model said <strong>{classLabel(queue, task.suggestion)}</strong>,{' '}
                    {formatPercent(task.probability)} sure.
                  </p>
                )}
                <p className="small">
                  <Link href={paths.lineage({ kind: 'prediction', id: task.prediction })}>
                    Where the answer came from
                  </Link>
                </p>
              </div>
              <div aria-live="polite">
                {last !== undefined && <LastLabel queue={queue} last={last} />}
              </div>
            </div>
          </div>
        )
      }
    </Read>
  )
}

function NothingLeft({ queue, state }: TaskDeskProps): ReactNode {
  return state === 'disputed' ? (
    <EmptyState icon="good" title="Nobody disagrees">
      What {queue.annotators} people label differently comes here, for one more to settle.
    </EmptyState>
  ) : (
    <EmptyState icon="good" title="Nothing waits">
      Every answer below {formatPercent(queue.below)} has been decided. New ones come as the
      endpoint answers.
    </EmptyState>
  )
}

function Votes({ queue, task }: { queue: LabelQueue; task: LabelTask }): ReactNode {
  return (
    <ul className="small">
      {task.annotations.map((each) => (
        <li key={each.who}>
          {each.who} said <strong>{classLabel(queue, each.label)}</strong>
        </li>
      ))}
    </ul>
  )
}

/** Nine keys, as many as have a class. Hooks may not depend on the queue, so all nine are there. */
function useClassKeys(queue: LabelQueue, choose: (label: string) => void, open: boolean): void {
  for (const key of ['1', '2', '3', '4', '5', '6', '7', '8', '9']) {
    const entry = queue.classes[Number(key) - 1]
    // The keys are constant, so the hooks are called in the same order each time.
    useShortcut(key, entry?.label ?? '', () => entry && choose(entry.value), {
      group: 'Labelling',
      enabled: open && entry !== undefined,
    })
  }
}

function LastLabel({ queue, last }: { queue: LabelQueue; last: Given }): ReactNode {
  const agreed = last.label === last.task.suggestion
  return (
    <div className="notice">
      <Icon name={agreed ? 'good' : 'attention'} />
      <span>
        You said <strong>{classLabel(queue, last.label)}</strong>; the model{' '}
        {agreed ? 'had said so too' : `had said ${classLabel(queue, last.task.suggestion)}`} (
        {formatPercent(last.task.probability)} sure).
      </span>
    </div>
  )
}

function classLabel(queue: LabelQueue, value: string): string {
  return queue.classes.find((each) => each.value === value)?.label ?? value
}
