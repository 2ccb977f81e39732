import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { openFolderObjects, openSqlite, storeMigrations, systemClock } from '#store'
import { openTracking, trackingMigrations, type Tracking } from '#tracking'
import { temporaryFolder } from '../support/home.ts'

async function open(t: TestContext): Promise<Tracking> {
  const folder = await temporaryFolder(t)
  const metadata = await openSqlite({ file: `${folder}/metadata.db` })
  t.after(() => metadata.close())
  await metadata.migrate([...storeMigrations, ...trackingMigrations])
  const objects = await openFolderObjects(`${folder}/objects`)
  return openTracking({ metadata, objects, clock: systemClock })
}

/** Six runs and what MLflow 3.17.2 finds among them. */
async function sixRuns(tracking: Tracking): Promise<void> {
  const rows = [
    ['a1', { lr: '0.1', kind: 'knn' }, { acc: 0.9, loss: 0.3 }, { team: 'Red' }, 1000],
    ['a2', { lr: '0.2', kind: 'knn' }, { acc: 0.8, loss: 0.2 }, { team: 'red' }, 2000],
    ['b1', { lr: '0.1', kind: 'gbdt' }, { acc: 0.7 }, { team: 'blue' }, 3000],
    ['b2', { kind: 'gbdt' }, { acc: NaN, loss: 0.1 }, {}, 4000],
    [
      'c_1',
      { lr: '10', kind: "it's" },
      { acc: -1.5, loss: 1e-9 },
      { team: 'green', note: '50%' },
      5000,
    ],
    ['cx1', { lr: '9', kind: '100%' }, {}, { team: 'a b' }, 6000],
  ] as const
  for (const [name, params, metrics, tags, startedAt] of rows) {
    const run = await tracking.create({
      experiment: 'six',
      user: 'u',
      name,
      params,
      tags,
      startedAt,
    })
    await tracking.log(run.id, {
      metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, time: startedAt })),
    })
    if (name === 'cx1') continue
    const status = name === 'b1' ? 'failed' : 'finished'
    await tracking.update(run.id, { status, endedAt: startedAt + 100 })
  }
}

const recorded: readonly (readonly [string, string])[] = [
  ['metrics.acc > 0.7', 'a1 a2'],
  ['metrics.acc >= 0.7', 'a1 a2 b1'],
  ['metrics.acc < 0', 'c_1'],
  ['metrics.acc != 0.9', 'a2 b1 b2 c_1'],
  ['metric.loss < 1e-3', 'c_1'],
  ['metrics.acc > -2 and metrics.loss > 0.15', 'a1 a2'],
  ["params.lr != '0.1'", 'a2 c_1 cx1'],
  ["param.kind LIKE 'k%'", 'a1 a2'],
  ["parameters.kind ILIKE 'GB__'", 'b1 b2'],
  ['params.kind = "it\'s"', 'c_1'],
  ["params.kind LIKE '100%'", 'cx1'],
  ['params.lr IS NULL', 'b2'],
  ["params.lr IS NOT NULL and params.kind = 'gbdt'", 'b1'],
  ["tags.team LIKE 'r%'", 'a2'],
  ["tag.team ILIKE 'r%'", 'a1 a2'],
  ["tags.`team` = 'blue' AND params.`lr` = '0.1' AND metrics.`acc` > 0.5", 'b1'],
  ["attributes.`run name` = 'b2'", 'b2'],
  ["status != 'FINISHED'", 'b1 cx1'],
  ["run_name = 'c_1'", 'c_1'],
  ['end_time >= 4100 and end_time < 5100', 'b2'],
  ["attr.artifact_uri LIKE 'mlflow-artifacts:%' and status = 'RUNNING'", 'cx1'],
]

test('filters find among six runs what MLflow 3.17.2 finds among them', async (t) => {
  const tracking = await open(t)
  await sixRuns(tracking)
  for (const [filter, wanted] of recorded) {
    const { items } = await tracking.search({ filter, order: ['start_time ASC'], strict: true })
    assert.equal(items.map((run) => run.name).join(' '), wanted, filter)
  }
})

const orders: readonly (readonly [readonly string[], string])[] = [
  [['metrics.acc ASC'], 'c_1 b1 a2 a1 b2 cx1'],
  [['metrics.acc DESC'], 'a1 a2 b1 c_1 b2 cx1'],
  [['params.lr ASC', 'start_time ASC'], 'a1 b1 a2 c_1 cx1 b2'],
  [['params.kind DESC', 'metrics.loss ASC'], 'a2 a1 c_1 b2 b1 cx1'],
  [['attributes.run_name DESC'], 'cx1 c_1 b2 b1 a2 a1'],
  [[], 'cx1 c_1 b2 b1 a2 a1'],
]

test('orders put NaN behind the numbers and what is missing last, either way', async (t) => {
  const tracking = await open(t)
  await sixRuns(tracking)
  for (const [order, wanted] of orders) {
    const { items } = await tracking.search({ order })
    assert.equal(items.map((run) => run.name).join(' '), wanted, order.join(', '))
  }
})

test('our own filters also know OR, NOT, parentheses, and numbers against texts', async (t) => {
  const tracking = await open(t)
  await sixRuns(tracking)
  const find = async (filter: string): Promise<string> => {
    const { items } = await tracking.search({ filter, order: ['started asc'] })
    return items.map((run) => run.name).join(' ')
  }
  assert.equal(await find("tags.team = 'blue' or tags.team = 'green'"), 'b1 c_1')
  assert.equal(await find("not (params.kind = 'knn' or params.kind = 'gbdt')"), 'c_1 cx1')
  assert.equal(
    await find("params.kind = 'knn' or params.kind = 'gbdt' and metrics.acc > 0"),
    'a1 a2 b1',
  )
  assert.equal(await find('params.lr > 5'), 'c_1 cx1')
  assert.equal(await find("status in ('failed', 'running')"), 'b1 cx1')
})

test('a filter that cannot be read is refused at its character, and a strict one knows only what MLflow knows', async (t) => {
  const tracking = await open(t)
  const refused = async (filter: string, strict: boolean): Promise<string> => {
    try {
      await tracking.search({ filter, strict })
    } catch (error) {
      return (error as Error).message
    }
    return 'accepted'
  }
  assert.match(await refused('metrics.acc >', false), /character 14/)
  assert.match(await refused("tags.a = 'x' ; drop", false), /character 14: ";"/)
  assert.match(await refused("things.a = 'b'", false), /things is no area; there are/)
  assert.match(await refused("colour = 'x'", false), /no attribute colour; they have run_id/)
  for (const filter of [
    "params.a = '1' OR params.b = '2'",
    "status IN ('FAILED')",
    "params.lr > '0.1'",
    'params.lr = 0.1',
    'tags.team = red',
    "metrics.acc LIKE '1%'",
    "metrics.acc > 'high'",
    'nonsense',
    'params.lr =',
    "not tags.a = 'b'",
  ]) {
    assert.notEqual(await refused(filter, true), 'accepted', filter)
  }
})

test('pages hold each run once while others are added, and a token of another search is refused', async (t) => {
  const tracking = await open(t)
  for (let i = 0; i < 20; i++) {
    await tracking.create({ experiment: 'e', user: 'u', name: `r${i}`, startedAt: 1000 + i })
  }
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const { items, next } = await tracking.search({
      limit: 7,
      ...(cursor === undefined ? {} : { cursor }),
    })
    seen.push(...items.map((run) => run.name))
    cursor = next
    await tracking.create({ experiment: 'e', user: 'u', name: 'late', startedAt: 9000 })
  } while (cursor !== undefined)
  assert.deepEqual(
    seen,
    Array.from({ length: 20 }, (_, i) => `r${19 - i}`),
  )
  const { next } = await tracking.search({ limit: 2 })
  await assert.rejects(
    tracking.search({ limit: 2, filter: 'start_time > 0', cursor: next ?? '' }),
    /page token/,
  )
})

test('writes that come together are each done whole or refused alone', async (t) => {
  const tracking = await open(t)
  const run = await tracking.create({ experiment: 'e', user: 'u', params: { lr: 1 } })
  const writes = await Promise.allSettled([
    ...Array.from({ length: 300 }, (_, step) =>
      tracking.log(run.id, { metrics: [{ key: 'loss', value: step, step, time: 1 }] }),
    ),
    tracking.log(run.id, { params: { lr: 2 }, metrics: [{ key: 'not', value: 1 }] }),
    tracking.log(run.id, { params: { depth: 3 }, tags: { a: 'b' } }),
  ])
  assert.deepEqual(
    writes.map((write) => write.status).filter((status) => status === 'rejected').length,
    1,
  )
  const after = await tracking.run(run.id)
  assert.deepEqual(after.params, { lr: '1', depth: '3' })
  assert.deepEqual(after.metrics, { loss: 299 })
  assert.equal((await tracking.history(run.id, 'loss')).total, 300)
})
