import { Button, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Alarm, type Health } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { Link } from '../../design/link.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { useAct } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useMay } from '../../app/session.ts'

const alarmHealth: Readonly<Record<Alarm['state'], Health>> = {
  open: 'bad',
  acknowledged: 'attention',
  resolved: 'good',
}

interface AlarmListProps {
  readonly alarms: readonly Alarm[]
  readonly showMonitor?: boolean
}

/** Alarms with what can be done about each. */
export function AlarmList({ alarms, showMonitor = false }: AlarmListProps): ReactNode {
  if (alarms.length === 0) return <p className="muted small">There has been no alarm.</p>
  return (
    <ul className="alarms">
      {alarms.map((alarm) => (
        <li key={alarm.id}>
          <StatusPill health={alarmHealth[alarm.state]} word={alarm.state} />
          <div className="grow stack tight">
            <strong>
              {alarm.kind === 'harm' ? 'Harm: ' : 'Drift: '}
              {alarm.summary}
            </strong>
            <span className="muted small">
              {showMonitor && (
                <>
                  <Link href={paths.monitor(alarm.monitor)}>{alarm.monitor}</Link>
                  {' · '}
                </>
              )}
              opened <When time={alarm.openedAt} />
              {alarm.resolvedAt !== undefined && (
                <>
                  {', resolved '}
                  <When time={alarm.resolvedAt} /> by {alarm.resolvedBy}
                </>
              )}
              {alarm.note !== undefined && alarm.note !== '' && `: ${alarm.note}`}
              {' · '}
              <Link href={paths.report(alarm.report)}>report</Link>
            </span>
            {alarm.deliveries.map((delivery) => (
              <span key={`${delivery.url} ${delivery.time}`} className="muted small">
                {delivery.status >= 200 && delivery.status < 300 ? '✓ sent' : '✗ not sent'} to{' '}
                {delivery.url} (status {delivery.status || 'none'}, {delivery.attempts} tries)
              </span>
            ))}
          </div>
          <AlarmActions alarm={alarm} />
        </li>
      ))}
    </ul>
  )
}

function AlarmActions({ alarm }: { alarm: Alarm }): ReactNode {
  const [resolving, setResolving] = useState(false)
  const [note, setNote] = useState('')
  const may = useMay('monitors:write')
  const act = useAct(operations.monitors.resolve, {
    done: ({ alarm }) => `The alarm is ${alarm.state}`,
    onDone: () => setResolving(false),
  })
  if (!may || alarm.state === 'resolved') return null
  return (
    <span className="line">
      {alarm.state === 'open' && (
        <Button
          size="xs"
          variant="default"
          loading={act.isPending}
          onClick={() => act.mutate({ id: alarm.id, state: 'acknowledged' })}
        >
          Acknowledge
        </Button>
      )}
      <Button size="xs" onClick={() => setResolving(true)}>
        Resolve
      </Button>
      <Confirm
        open={resolving}
        title="Resolve the alarm"
        verb="Resolve"
        busy={act.isPending}
        onClose={() => setResolving(false)}
        onConfirm={() => act.mutate({ id: alarm.id, state: 'resolved', ...(note && { note }) })}
      >
        <p>{alarm.summary}</p>
        <TextInput
          label="What was done"
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      </Confirm>
    </span>
  )
}
