import { expect, test } from 'vitest'
import { titleOf } from '../pages/charts/chart-spec.ts'
import { drawable } from '../pages/charts/drawable.ts'
import { frameOf } from '../pages/charts/line-frame.ts'

const board = { axis: 'step', smooth: 0.4, logX: false, logY: true } as const
const loss = { id: 'a', kind: 'line', y: 'metrics.loss' } as const

test('a line has the board’s axis, smoothing and scales unless it has its own', () => {
  expect(frameOf(loss, board)).toMatchObject({
    axis: { kind: 'step', own: false },
    ...{ smooth: 0.4, logX: false, logY: true, yFrom: undefined },
  })
  const own = { ...loss, x: 'relative', smooth: 0, logY: false, yFrom: -1, yTo: 2 }
  expect(frameOf(own, board)).toMatchObject({
    axis: { kind: 'relative', name: 'Time since start', own: true },
    ...{ smooth: 0, logY: false, yFrom: -1, yTo: 2 },
  })
  expect(frameOf({ ...loss, x: 'metrics.epoch' }, board).axis).toMatchObject({
    ...{ kind: 'metric', name: 'epoch' },
  })
  expect(titleOf({ ...loss, x: 'metrics.epoch' })).toBe('loss over epoch')
})

test('ends of an axis that cross, or that a logarithmic one cannot reach, are as if there were none', () => {
  expect(frameOf({ ...loss, logY: false, yFrom: 2, yTo: 2 }, board)).toMatchObject({
    ...{ yFrom: undefined, yTo: undefined },
  })
  expect(frameOf({ ...loss, yFrom: 0, yTo: 2 }, board)).toMatchObject({
    ...{ yFrom: undefined, yTo: 2 },
  })
})

test('points are drawn from left to right; over a metric the last of each of its values, and none without one', () => {
  const line = { row: 1, name: 'run', token: '--series-1', dashed: false }
  const x = [NaN, 2, 1, 1, 0]
  const values = [9, 8, 7, -6, 5]
  const plain = { ...board, logY: false }
  const range = { low: values, high: values }
  expect(drawable({ ...line, x, values, range }, frameOf(loss, plain))).toMatchObject({
    ...{ x: [0, 1, 1, 2], values: [5, 7, -6, 8], range: { low: [5, 7, -6, 8] } },
  })
  const over = frameOf({ ...loss, x: 'metrics.epoch' }, plain)
  expect(drawable({ ...line, x, values }, over)).toMatchObject({
    ...{ x: [0, 1, 2], values: [5, -6, 8] },
  })
  const logs = frameOf(loss, { ...board, logX: true })
  expect(drawable({ ...line, x, values }, logs)).toMatchObject({
    ...{ x: [1, 1, 2], values: [7, null, 8] },
  })
})
