import { operations, type Monitor } from '#contract'
import { reportPage, type StoredMonitor } from '#monitoring'
import { implement, implementDownload } from '../handler.ts'
import type { Rooms } from '../rooms.ts'
import { runMonitor } from '../steps/run-monitor.ts'

const { monitors } = operations

export const monitorHandlers = [
  implement(monitors.list, async (_, { rooms }) => ({
    monitors: await Promise.all(
      (await rooms.monitoring.monitors()).map((each) => withWaiting(rooms, each)),
    ),
  })),

  implement(monitors.get, async ({ name }, { rooms }) => ({
    monitor: await withWaiting(rooms, await rooms.monitoring.monitor(name)),
    reports: [...(await rooms.monitoring.reports(name))],
    alarms: [...(await rooms.monitoring.alarms({ monitor: name }))],
  })),

  implement(monitors.run, async ({ name }, { rooms, app }) => {
    const report = await runMonitor(rooms, name)
    app.events.emit('monitors', name)
    return report
  }),

  implement(monitors.report, ({ id }, { rooms }) => rooms.monitoring.report(id)),

  implementDownload(monitors.html, async ({ id }, { rooms }) => ({
    bytes: Buffer.from(reportPage(await rooms.monitoring.report(id))),
    type: 'text/html; charset=utf-8',
  })),

  implement(monitors.alarms, async ({ state }, { rooms }) => ({
    alarms: [...(await rooms.monitoring.alarms(state === undefined ? {} : { state }))],
  })),

  implement(monitors.resolve, async ({ id, state, note }, { rooms, app, who }) => {
    const alarm = await rooms.monitoring.setAlarm(id, state, who, note)
    app.events.emit('monitors', alarm.monitor)
    return { alarm }
  }),
]

async function withWaiting(rooms: Rooms, stored: StoredMonitor): Promise<Monitor> {
  const { seen, spent: _, ...monitor } = stored
  return { ...monitor, waiting: await rooms.serving.log.countAfter(stored.endpoint, seen) }
}
