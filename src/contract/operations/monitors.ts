import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Id, Name } from '../shapes/common.ts'
import { Alarm, AlarmState, DriftReport, Monitor } from '../shapes/monitor.ts'

const one = Type.Object({ name: Name })

export const monitors = {
  list: operation({
    name: 'monitors.list',
    method: 'GET',
    path: '/api/monitors',
    permission: 'monitors:read',
    summary: 'Monitors with their last reports',
    input: Type.Object({}),
    output: Type.Object({ monitors: Type.Array(Monitor) }),
  }),
  get: operation({
    name: 'monitors.get',
    method: 'GET',
    path: '/api/monitors/:name',
    permission: 'monitors:read',
    summary: 'One monitor with its reports, newest first',
    input: one,
    output: Type.Object({
      monitor: Monitor,
      reports: Type.Array(DriftReport),
      alarms: Type.Array(Alarm),
    }),
  }),
  run: operation({
    name: 'monitors.run',
    method: 'POST',
    path: '/api/monitors/:name/run',
    permission: 'monitors:write',
    summary: 'Looks at the newest window now',
    input: one,
    output: DriftReport,
  }),
  report: operation({
    name: 'monitors.report',
    method: 'GET',
    path: '/api/reports/:id',
    permission: 'monitors:read',
    summary: 'One report',
    input: Type.Object({ id: Id }),
    output: DriftReport,
  }),
  html: operation({
    name: 'monitors.html',
    method: 'GET',
    path: '/api/reports/:id/html',
    permission: 'monitors:read',
    summary: 'One report as a page to keep or send',
    kind: 'download',
    input: Type.Object({ id: Id }),
    output: Type.Unknown(),
  }),
  alarms: operation({
    name: 'monitors.alarms',
    method: 'GET',
    path: '/api/alarms',
    permission: 'monitors:read',
    summary: 'Alarms, newest first',
    input: Type.Object({ state: Type.Optional(AlarmState) }),
    output: Type.Object({ alarms: Type.Array(Alarm) }),
  }),
  resolve: operation({
    name: 'monitors.resolve',
    method: 'POST',
    path: '/api/alarms/:id',
    permission: 'monitors:write',
    summary: 'Acknowledges or resolves an alarm',
    input: Type.Object({ id: Id, state: AlarmState, note: Type.Optional(Type.String()) }),
    output: Type.Object({ alarm: Alarm }),
  }),
}
