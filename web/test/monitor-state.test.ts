import { expect, test } from 'vitest'
import type { Monitor } from '#contract'
import { monitorState } from '../pages/monitors/monitor-state.ts'

const monitor: Monitor = {
  name: 'm',
  endpoint: 'e',
  windowRows: 100,
  falseAlarmDays: 30,
  shareThreshold: 0.5,
  webhooks: [],
  waiting: 0,
  openAlarms: 0,
  createdAt: 1,
}

test('a monitor that cannot be looked at is not called steady, and an open alarm comes first', () => {
  expect(monitorState(monitor).word).toBe('no report yet')
  const failing = { ...monitor, problem: 'There is no dataset d.' }
  expect(monitorState(failing)).toEqual({ health: 'bad', word: 'not looked at' })
  expect(monitorState({ ...failing, openAlarms: 1 }).word).toBe('alarm')
})
