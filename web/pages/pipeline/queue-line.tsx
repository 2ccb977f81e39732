import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations, type QueueStanding } from '#contract'
import { Icon } from '../../design/icons.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'

/** How the queue of experiments stands, with what starts or stops it. */
export function QueueLine({ queue }: { queue: QueueStanding }): ReactNode {
  const may = useMay('pipeline:run')
  const start = useAct(operations.pipelines.startQueue, { done: 'The queue is worked off' })
  const stop = useAct(operations.pipelines.stopQueue, {
    done: 'It stops when what runs has ended',
  })
  const { worked, stopping, waiting, running } = queue
  if (waiting + running === 0) return null
  return (
    <span className="line">
      <span className="small muted" role="status">
        {running} running, {waiting} waiting
      </span>
      {stopping && <StatusPill health="attention" word="stopping" />}
      {may && !worked && (
        <Button
          size="xs"
          leftSection={<Icon name="play" size={13} />}
          loading={start.isPending}
          onClick={() => start.mutate({})}
        >
          Start the queue
        </Button>
      )}
      {may && worked && !stopping && waiting > 0 && (
        <Button
          size="xs"
          variant="default"
          loading={stop.isPending}
          onClick={() => stop.mutate({})}
        >
          Stop the queue
        </Button>
      )}
    </span>
  )
}
