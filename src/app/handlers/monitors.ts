import { operations, type DriftReport, type Monitor } from '#contract'
import { reportPage, type StoredMonitor } from '#monitoring'
import { implement, implementDownload } from '../handler.ts'
import type { Rooms } from '../rooms.ts'
import { runMonitor } from '../steps/run-monitor.ts'

const { monitors } = operations

export const monitorHandlers = [
  implement(monitors.list, async (_, { rooms }) => {
    const named = await asNamedNow(rooms)
    const all = await rooms.monitoring.monitors()
    return { monitors: await Promise.all(all.map((each) => toldOf(rooms, each, named))) }
  }),

  implement(monitors.get, async ({ name }, { rooms }) => {
    const named = await asNamedNow(rooms)
    return {
      monitor: await toldOf(rooms, await rooms.monitoring.monitor(name), named),
      reports: (await rooms.monitoring.reports(name)).map(named),
      alarms: [...(await rooms.monitoring.alarms({ monitor: name }))],
    }
  }),

  implement(monitors.run, async ({ name }, { rooms, app }) => {
    const report = await runMonitor(rooms, name)
    app.events.emit('monitors', name)
    return report
  }),

  implement(monitors.report, ({ id }, { rooms }) => reportNamed(rooms, id)),

  implementDownload(monitors.html, async ({ id }, { rooms }) => ({
    bytes: Buffer.from(reportPage(await reportNamed(rooms, id))),
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

type Named = (report: DriftReport) => DriftReport

async function toldOf(rooms: Rooms, stored: StoredMonitor, named: Named): Promise<Monitor> {
  const { seen, spent: _, last, ...monitor } = stored
  return {
    ...monitor,
    ...(last && { last: named(last) }),
    waiting: await rooms.serving.log.countAfter(stored.endpoint, seen),
  }
}

/** A model may have had another name when it was looked at. */
async function asNamedNow(rooms: Rooms): Promise<Named> {
  const nameNow = await rooms.registry.presentNames()
  return (report) => ({ ...report, model: nameNow(report.model, report.createdAt) })
}

async function reportNamed(rooms: Rooms, id: string): Promise<DriftReport> {
  const named = await asNamedNow(rooms)
  return named(await rooms.monitoring.report(id))
}
