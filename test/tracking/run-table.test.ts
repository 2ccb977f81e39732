import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { openFolderObjects, openSqlite, storeMigrations, systemClock } from '#store'
import { openTracking, trackingMigrations, type Tracking } from '#tracking'
import { temporaryFolder } from '../support/home.ts'
import { made } from './support/made-runs.ts'

async function open(t: TestContext): Promise<Tracking> {
  const folder = await temporaryFolder(t)
  const metadata = await openSqlite({ file: `${folder}/metadata.db` })
  t.after(() => metadata.close())
  await metadata.migrate([...storeMigrations, ...trackingMigrations])
  const objects = await openFolderObjects(`${folder}/objects`)
  return openTracking({ metadata, objects, clock: systemClock })
}

async function names(tracking: Tracking, rows: readonly number[]): Promise<string> {
  return (await tracking.readRows({ rows }, [])).runs.map((run) => run.name).join(' ')
}

test('params that read as numbers are ordered by size, before those that do not and those that are not there', async (t) => {
  const tracking = await open(t)
  const { experiment } = await made(tracking, [
    { name: 'ten', params: { k: '10' } },
    { name: 'nine', params: { k: '9' } },
    { name: 'tiny', params: { k: '1e-3' } },
    { name: 'word', params: { k: 'auto' } },
    { name: 'none' },
  ])
  const search = { experiments: [experiment] }
  const up = await tracking.orderRuns(search, 'params.k asc')
  assert.equal(await names(tracking, up.rows), 'tiny nine ten word none')
  const down = await tracking.orderRuns(search, 'params.k desc')
  assert.equal(await names(tracking, down.rows), 'ten nine tiny word none')
})

test('an order by a metric puts NaN behind every number and runs without it last, whichever the direction', async (t) => {
  const tracking = await open(t)
  const { experiment } = await made(tracking, [
    { name: 'low', metrics: { f1: 0.1 } },
    { name: 'odd', metrics: { f1: NaN } },
    { name: 'none' },
    { name: 'high', metrics: { f1: 0.9 } },
  ])
  const search = { experiments: [experiment] }
  for (const [order, wanted] of [
    ['metrics.f1 desc', 'high low odd none'],
    ['metrics.f1 asc', 'low high odd none'],
  ] as const) {
    const { rows } = await tracking.orderRuns(search, order)
    assert.equal(await names(tracking, rows), wanted)
  }
})

test('an order tells the parent of each run among its rows, and none for a parent that the filter left out', async (t) => {
  const tracking = await open(t)
  const { experiment, ids } = await made(tracking, [{ name: 'mother', metrics: { f1: 1 } }])
  const parent = ids.get('mother') ?? ''
  for (const name of ['one', 'two']) {
    await tracking.create({
      ...{ experiment: 'table', user: 'u', name, startedAt: 2000 },
      tags: { 'mlflow.parentRunId': parent },
      params: { child: 'yes' },
    })
  }
  const search = { experiments: [experiment] }
  const { rows, parents = [] } = await tracking.orderRuns(search, 'run_name asc', true)
  assert.equal(await names(tracking, rows), 'mother one two')
  assert.deepEqual(parents, [0, rows[0], rows[0]])
  const children = await tracking.orderRuns(
    { ...search, filter: "params.child = 'yes'" },
    undefined,
    true,
  )
  assert.deepEqual(children.parents, [0, 0])
})

test('of runs whose parent tags make a circle one stands at the top and the others below it, whoever points at them', async (t) => {
  const tracking = await open(t)
  const { experiment, ids } = await made(
    tracking,
    ['own', 'a', 'b', 'c', 'tail'].map((name) => ({ name })),
  )
  for (const [child, parent] of [
    ['own', 'own'],
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
    ['tail', 'c'],
  ]) {
    const tags = { 'mlflow.parentRunId': ids.get(parent ?? '') ?? '' }
    await tracking.log(ids.get(child ?? '') ?? '', { tags })
  }
  const search = { experiments: [experiment] }
  for (const [order, wanted] of [
    ['run_name asc', 'a> b>c c>a own> tail>c'],
    ['run_name desc', 'tail>c own> c> b>c a>b'],
  ] as const) {
    const { rows, parents = [] } = await tracking.orderRuns(search, order, true)
    const nameOf = new Map((await tracking.readRows({ rows }, [])).runs.map((r) => [r.row, r.name]))
    const told = rows.map((row, at) => `${nameOf.get(row)}>${nameOf.get(parents[at] ?? 0) ?? ''}`)
    assert.equal(told.join(' '), wanted)
  }
})

test('values come by column in the order the runs were asked for, NaN as text and what is missing as null', async (t) => {
  const tracking = await open(t)
  const { experiment, ids } = await made(tracking, [
    { name: 'a', params: { lr: '0.1' }, metrics: { f1: 0.5 } },
    { name: 'b', tags: { team: 'red' }, metrics: { f1: NaN } },
  ])
  const { rows } = await tracking.orderRuns({ experiments: [experiment] }, 'run_name desc')
  const columns = ['metrics.f1', 'params.lr', 'tags.team', 'metrics.nothing']
  const found = await tracking.readRows({ rows }, columns)
  assert.deepEqual(
    found.runs.map((run) => run.name),
    ['b', 'a'],
  )
  assert.deepEqual(found.values, {
    'metrics.f1': ['NaN', 0.5],
    'params.lr': [null, '0.1'],
    'tags.team': ['red', null],
    'metrics.nothing': [null, null],
  })
  const byId = await tracking.readRows({ runs: [ids.get('a') ?? '', 'gone'] }, ['metrics.f1'])
  assert.deepEqual(byId.values['metrics.f1'], [0.5])
})

test('groups count their runs and give least, greatest and mean of a metric, without NaN', async (t) => {
  const tracking = await open(t)
  const { experiment } = await made(tracking, [
    { name: 'a', params: { k: '3' }, metrics: { f1: 0.2 } },
    { name: 'b', params: { k: '3' }, metrics: { f1: 0.6 } },
    { name: 'c', params: { k: '3' }, metrics: { f1: NaN } },
    { name: 'd', params: { k: '5' } },
    { name: 'e' },
  ])
  const search = { experiments: [experiment] }
  const { groups, total } = await tracking.groupRuns(search, ['params.k'], ['metrics.f1'])
  assert.equal(total, 3)
  const [three] = groups
  assert.deepEqual(three?.values, ['3'])
  assert.equal(three?.runs, 3)
  const spread = three?.metrics.f1
  assert.deepEqual([spread?.count, spread?.min, spread?.max], [2, 0.2, 0.6])
  assert.ok(Math.abs((spread?.mean ?? 0) - 0.4) < 1e-12)
  const none = await tracking.orderRuns({ ...search, group: [['params.k', null]] })
  assert.equal(await names(tracking, none.rows), 'e')
  const own = await tracking.orderRuns({ ...search, group: [['params.k', '3']] }, 'run_name asc')
  assert.equal(await names(tracking, own.rows), 'a b c')
})

test('runs are grouped by the data they read, with their version', async (t) => {
  const tracking = await open(t)
  const source = { dataset: 'rides', datasetVersion: 2 }
  const { experimentId } = await tracking.create({ experiment: 'd', user: 'u', source })
  await tracking.create({ experiment: 'd', user: 'u', source })
  await tracking.create({ experiment: 'd', user: 'u' })
  const { groups } = await tracking.groupRuns({ experiments: [experimentId] }, ['dataset'], [])
  assert.deepEqual(
    groups.map(({ values, runs }) => [values[0], runs]),
    [
      ['rides version 2', 2],
      [null, 1],
    ],
  )
})

test('many runs are tagged, removed and brought back at once, and a run that is not there refuses them all', async (t) => {
  const tracking = await open(t)
  const { experiment } = await made(tracking, [{ name: 'a' }, { name: 'b' }, { name: 'c' }])
  const search = { experiments: [experiment] }
  const { rows } = await tracking.orderRuns(search)
  await assert.rejects(tracking.changeRuns([...rows, 999], { removed: true }), /999/)
  assert.equal((await tracking.orderRuns(search)).total, 3)
  assert.equal(await tracking.changeRuns(rows, { tags: { team: 'red' } }), 3)
  assert.equal((await tracking.orderRuns({ ...search, filter: "tags.team = 'red'" })).total, 3)
  await tracking.changeRuns(rows.slice(0, 2), { removed: true, tags: { team: null } })
  assert.equal((await tracking.orderRuns(search)).total, 1)
  assert.equal((await tracking.orderRuns({ ...search, removed: true })).total, 2)
  await tracking.changeRuns(rows, { removed: false })
  assert.equal((await tracking.orderRuns(search)).total, 3)
})

test('keys are those of the experiments asked for, and values those that a completion begins', async (t) => {
  const tracking = await open(t)
  const { experiment } = await made(tracking, [
    { name: 'a', params: { optimizer: 'adam' }, metrics: { f1: 1 }, tags: { team: 'x' } },
    { name: 'b', params: { optimizer: 'adagrad' } },
    { name: 'c', params: { optimizer: 'sgd' } },
    { name: 'd', params: { optimizer: 'adam' } },
  ])
  await tracking.create({ experiment: 'other', user: 'u', params: { hidden: '1' } })
  const keys = await tracking.runKeys([experiment])
  assert.deepEqual([keys.metrics, keys.params], [['f1'], ['optimizer']])
  assert.ok(keys.tags.includes('team'))
  const values = await tracking.commonValues([experiment], 'params.optimizer', 'AD')
  assert.deepEqual(values, [
    { value: 'adam', runs: 2 },
    { value: 'adagrad', runs: 1 },
  ])
})

test('what a table cannot do is refused with what is wrong', async (t) => {
  const tracking = await open(t)
  const { experiment } = await made(tracking, [{ name: 'a' }])
  const search = { experiments: [experiment] }
  await assert.rejects(tracking.orderRuns({ experiments: [] }), /No experiment is named/)
  await assert.rejects(tracking.orderRuns({ ...search, filter: 'metrics.a >> 1' }), /character 12/)
  await assert.rejects(tracking.orderRuns(search, 'params.k upward'), /neither ASC nor DESC/)
  await assert.rejects(tracking.readRows({ rows: [1] }, ['nonsense']), /no column nonsense/)
  await assert.rejects(tracking.groupRuns(search, ['metrics.f1'], []), /hardly ever/)
  await assert.rejects(tracking.commonValues([experiment], 'metrics.f1', ''), /no common values/)
})
