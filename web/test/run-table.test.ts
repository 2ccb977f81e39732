import { expect, test } from 'vitest'
import type { RunGroup, RunRows } from '#contract'
import { differingAxes, moved, readCharts, usualCharts } from '../pages/charts/chart-spec.ts'
import { quartiles } from '../pages/charts/quartiles.ts'
import { linearScale, logScale } from '../pages/charts/scales.ts'
import { imageSeries } from '../pages/charts/image-series.ts'
import { surface } from '../pages/charts/surface.ts'
import { experimentTree, isFound, treeLines } from '../pages/experiments/experiment-tree.ts'
import { usualColumns } from '../pages/run-table/columns.ts'
import { makeRowStore } from '../pages/run-table/row-store.ts'
import { runLooks } from '../pages/run-table/run-colors.ts'
import {
  fewRoots,
  groupLines,
  parentsOf,
  runLines,
  type Lines,
} from '../pages/run-table/run-lines.ts'
import { withSince } from '../pages/run-table/started-since.ts'
import { columnWindow } from '../pages/run-table/use-window.ts'
import { readView, writeView } from '../pages/run-table/view-state.ts'

const all = (lines: Lines) => Array.from({ length: lines.count }, (_, index) => lines.at(index))

test('children stand under a parent that is open, and nowhere while it is closed', () => {
  const order = { rows: [1, 2, 3, 4], parents: [0, 1, 0, 2] }
  const rows = (open: readonly number[]) =>
    all(runLines(order, new Set(open))).map(
      (line) => line?.kind === 'run' && [line.row, line.depth],
    )
  expect(rows([])).toEqual([
    [1, 0],
    [3, 0],
  ])
  expect(rows([1, 2])).toEqual([
    [1, 0],
    [2, 1],
    [4, 2],
    [3, 0],
  ])
})

test('the families of a table with no more than three lines are the ones to open', () => {
  expect(fewRoots({ rows: [1, 2, 3], parents: [0, 1, 1] })).toBe(true)
  expect(fewRoots({ rows: [1, 2, 3, 4, 5], parents: [0, 0, 0, 0, 1] })).toBe(false)
  expect(fewRoots({ rows: [1, 2], parents: [0, 0] })).toBe(false)
  expect(fewRoots({ rows: [1, 2] })).toBe(false)
  expect([...parentsOf({ rows: [1, 2, 3], parents: [0, 1, 2] })]).toEqual([1, 2])
})

test('the axes of parallel coordinates are what differs between runs that have it, however late its name stands', () => {
  const runs = [
    { values: { 'params.bootstrap': null, 'params.trees': null, 'metrics.f1': null } },
    { values: { 'params.bootstrap': 'True', 'params.trees': '5', 'metrics.f1': 0.5 } },
    { values: { 'params.bootstrap': 'True', 'params.trees': '9', 'metrics.f1': 0.7 } },
  ]
  const axes = ['params.bootstrap', 'params.trees', 'metrics.f1']
  expect(differingAxes(axes, runs)).toEqual(['params.trees', 'metrics.f1'])
})

test('an open group shows its runs, or that they are on their way', () => {
  const group = (value: string): RunGroup => ({
    values: [value],
    runs: 2,
    lastRunAt: 0,
    metrics: {},
  })
  const open = new Set(['["a"]', '["b"]'])
  const lines = groupLines([group('a'), group('b'), group('c')], open, (key) =>
    key === '["a"]' ? runLines({ rows: [7, 8] }, new Set(), 1) : undefined,
  )
  expect(all(lines).map((line) => line?.kind)).toEqual([
    'group',
    'run',
    'run',
    'group',
    'wait',
    'group',
  ])
})

test('a view goes into an address and comes out of it the same', () => {
  const change = {
    mode: 'charts' as const,
    filter: "params.k = 'a,b'",
    since: '7d' as const,
    order: 'metrics.`val loss` desc',
    columns: ['metrics.f1', 'params.k'],
    pinned: ['params.k'],
    widths: { 'metrics.f1': 140 },
    group: ['params.k'],
    flat: true,
    single: true,
    on: [4, 5],
    off: [9],
    colors: { '4': 2 },
    top: 20,
  }
  expect(readView(writeView(change) as Record<string, string>)).toMatchObject(change)
  expect(
    readView({ top: 'x', on: '1,y', w: 'a', group: 'a,b,c,d', since: '3 weeks' }),
  ).toMatchObject({
    ...{ top: 10, on: [1], widths: {}, group: ['a', 'b', 'c'], since: undefined },
  })
})

test('a time of start is asked beside the filter, whichever it is, and stays the same for a minute', () => {
  const now = 1_700_000_040_000
  expect(withSince('', undefined, now)).toBe('')
  expect(withSince('', '1h', now)).toBe('start_time >= 1699996440000')
  expect(withSince('', '1h', now + 59_999)).toBe(withSince('', '1h', now))
  expect(withSince('metrics.a > 1 OR metrics.b > 1', '24h', now)).toBe(
    '(metrics.a > 1 OR metrics.b > 1) AND start_time >= 1699913640000',
  )
})

test('a table begins with how runs went and when they were started', () => {
  const shown = usualColumns({ metrics: ['f1'], params: ['rate'], tags: [] }, false)
  expect(shown.slice(0, 4)).toEqual(['status', 'started', 'metrics.f1', 'params.rate'])
})

test('of very many metrics a table shows some, and none of the system', () => {
  const metrics = ['system/cpu', ...Array.from({ length: 9000 }, (_, index) => `m${index}`)]
  const shown = usualColumns({ metrics, params: [], tags: [] }, false)
  expect(shown.filter((id) => id.startsWith('metrics.'))).toHaveLength(6)
  expect(shown).not.toContain('metrics.system/cpu')
})

test('rows in sight are read once, and again when the columns change', async () => {
  const asked: (readonly number[])[] = []
  const store = makeRowStore(
    async (rows, columns): Promise<RunRows> => {
      asked.push(rows)
      const run = {
        id: 'r',
        experiment: 'e',
        name: 'n',
        status: 'finished' as const,
        startedAt: 0,
        user: 'u',
      }
      return {
        runs: rows.map((row) => ({ ...run, row })),
        values: Object.fromEntries(columns.map((id) => [id, rows.map((row) => row * 2)])),
      }
    },
    (error) => {
      throw error
    },
  )
  const rest = () => new Promise((done) => setTimeout(done, 60))
  store.setColumns(['metrics.a'])
  store.want([1, 2])
  await rest()
  store.want([2, 3])
  await rest()
  expect(asked).toEqual([[1, 2], [3]])
  expect(store.get(3)?.values['metrics.a']).toBe(6)
  store.setColumns(['metrics.b'])
  await rest()
  expect(asked.at(-1)).toEqual([2, 3])
})

test('of hundreds of columns those in sight are drawn, and what is before and after adds up', () => {
  const widths = new Array<number>(500).fill(100)
  const part = columnWindow(widths, 20_000, 1000)
  expect(part.to - part.from).toBeLessThan(20)
  expect(part.before + part.after + (part.to - part.from) * 100).toBe(50_000)
})

test('the first eight runs have eight colours, the next are dashed, and a chosen colour is kept', () => {
  const rows = Array.from({ length: 16 }, (_, index) => index * 8)
  const looks = [...runLooks(rows, {}).values()]
  expect(new Set(looks.slice(0, 8).map(({ token }) => token)).size).toBe(8)
  expect(new Set(looks.map(({ token, dashed }) => `${token}${dashed}`)).size).toBe(16)
  expect(runLooks([1, 2], { '2': 5 }).get(2)?.token).toBe('--series-6')
})

const experiment = (name: string, runs: number, lastRunAt?: number) => ({
  ...{ id: name, name, runs, createdAt: 0, tags: {} },
  ...(lastRunAt === undefined ? {} : { lastRunAt }),
})

test('experiments stand in the folders of their names, with the runs and the last of all below', () => {
  const tree = experimentTree([
    experiment('vision/resnet', 3, 50),
    experiment('vision', 1, 10),
    experiment('churn', 2, 70),
    experiment('vision/deep/vit', 4, 60),
  ])
  const lines = treeLines(tree, new Set())
  expect(lines.map(({ path, depth, runs, lastRunAt }) => [path, depth, runs, lastRunAt])).toEqual([
    ['churn', 0, 2, 70],
    ['vision', 0, 8, 60],
    ['vision/deep', 1, 4, 60],
    ['vision/deep/vit', 2, 4, 60],
    ['vision/resnet', 1, 3, 50],
  ])
  expect(treeLines(tree, new Set(['vision'])).map(({ path }) => path)).toEqual(['churn', 'vision'])
  expect(isFound({ ...experiment('a', 0), tags: { team: 'Red' } }, 'team: red')).toBe(true)
})

test('the usual charts are one a metric; an address that cannot be read has none', () => {
  const keys = { metrics: ['f1'], params: ['a', 'b'], tags: [] }
  expect(usualCharts(keys).map(({ kind }) => kind)).toEqual(['parallel', 'line'])
  expect(readCharts('not json')).toBeUndefined()
  expect(readCharts('[{"id":"a","kind":"pie"},{"id":"b","kind":"box"}]')).toEqual([
    { id: 'b', kind: 'box' },
  ])
  const list = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
  expect(moved(list, 'a', 2).map(({ id }) => id)).toEqual(['b', 'c', 'a'])
  expect(moved(list, 'a', -1)).toEqual(list)
})

test('quartiles are those of R-7: of 1 to 10 they are 3.25, 5.5 and 7.75, and 100 is outside', () => {
  const box = quartiles([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect([box?.q1, box?.median, box?.q3, box?.low, box?.high]).toEqual([3.25, 5.5, 7.75, 1, 10])
  expect(quartiles([1, 2, 3, 4, 100, NaN])?.outside).toEqual([100])
  expect(quartiles([NaN])).toBeUndefined()
})

test('a linear scale has round ticks, a logarithmic one powers of ten', () => {
  expect(linearScale([0, 1], [0, 100]).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
  const log = logScale([0.001, 10], [0, 400])
  expect(log.ticks).toEqual([0.001, 0.01, 0.1, 1, 10])
  expect(log(0.1)).toBeCloseTo(200)
  expect(logScale([0.0013, 0.1], [0, 400]).ticks).toEqual([0.002, 0.005, 0.01, 0.02, 0.05, 0.1])
  expect(logScale([0, 1], [0, 400]).domain).toEqual([1, 10])
})

test('a surface passes through its points and stays between them', () => {
  const grid = surface(
    [
      { x: 0.25, y: 0.25, z: 1 },
      { x: 0.75, y: 0.75, z: 5 },
    ],
    2,
  )
  expect(grid[0]?.[0]).toBeCloseTo(1, 3)
  expect(grid[1]?.[1]).toBeCloseTo(5, 3)
  expect(grid[0]?.[1]).toBeCloseTo(3, 3)
})

test('images logged by an MLflow client under one key are one picture over steps', () => {
  const path = (step: number) => `images/mask%step%${step}%timestamp%17%ab.png`
  const series = imageSeries([
    { path: path(2), runs: ['a', 'b'] },
    { path: path(10), runs: ['a'] },
    { path: 'plots/roc.png', runs: ['b'] },
  ])
  expect(series.map(({ name, steps }) => [name, steps])).toEqual([
    ['mask', [2, 10]],
    ['plots/roc.png', [0]],
  ])
  expect(series[0]?.paths.get('a 10')).toBe(path(10))
})
