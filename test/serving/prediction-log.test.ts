import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { newId, type Prediction } from '#contract'
import { servingMigrations } from '#serving'
import { openSqlite, systemClock, type Metadata } from '#store'
import { openPredictionLog } from '../../src/serving/prediction-log.ts'
import { temporaryFolder } from '../support/home.ts'

async function database(t: TestContext): Promise<Metadata> {
  const metadata = await openSqlite({ file: join(await temporaryFolder(t), 'metadata.db') })
  t.after(() => metadata.close())
  await metadata.migrate(servingMigrations)
  return metadata
}

function prediction(): Prediction {
  const time = Date.now()
  return {
    id: newId(time),
    endpoint: 'e',
    model: 'm',
    version: 1,
    time,
    features: { x: 1 },
    prediction: 'yes',
  }
}

test('predictions whose commit was answered by a broken connection are written once, and reading goes on', async (t) => {
  const metadata = await database(t)
  let broken = 1
  const log = openPredictionLog(
    {
      ...metadata,
      async execute(sql, rows) {
        const changed = await metadata.execute(sql, rows)
        if (broken-- > 0) throw new Error('the connection ended')
        return changed
      },
    },
    systemClock,
  )
  t.after(() => log.close())
  log.add(prediction())
  await assert.rejects(log.flush(), /the connection ended/)
  log.add(prediction())
  assert.equal((await log.list('e')).predictions.length, 2)
  assert.deepEqual(await log.count('e'), { predictions: 2, labels: 0 })
})

test('predictions that could not be written are tried again by themselves until they are', async (t) => {
  const metadata = await database(t)
  let [tried, broken] = [0, 3]
  const log = openPredictionLog(
    {
      ...metadata,
      execute(sql, rows) {
        tried++
        if (broken-- > 0) return Promise.reject(new Error('the database is away'))
        return metadata.execute(sql, rows)
      },
    },
    systemClock,
    { flushMs: 5 },
  )
  t.after(() => log.close())
  log.add(prediction())
  // Nobody asks and no prediction comes.
  for (let i = 0; i < 200 && tried < 4; i++) await delay(10)
  assert.equal(tried, 4)
  const rows = await metadata.read('select count(*) from predictions', [])
  assert.deepEqual(rows, [[1]])
})

test('what a version answered is found behind any number of answers of others, under each name of its model', async (t) => {
  const log = openPredictionLog(await database(t), systemClock)
  t.after(() => log.close())
  const times = Array.from({ length: 1503 }, (_, at) => 1000 + at)
  for (const time of times) {
    const [model, version] = time < 1002 ? ['old', 1] : time < 1003 ? ['m', 1] : ['m', 2]
    log.add({ ...prediction(), id: newId(time), time, model, version })
  }
  const names = [
    { name: 'old', after: 0, until: 1001 },
    { name: 'm', after: 1001 },
  ]
  const listed = async (version: number, limit = 100) => {
    const { predictions, next } = await log.list('e', { of: { names, version }, limit })
    return [predictions.map(({ time }) => time), next !== undefined]
  }
  assert.deepEqual(await listed(1), [[1002, 1001, 1000], false])
  assert.deepEqual(await listed(1, 2), [[1002, 1001], true])
  assert.deepEqual(await listed(3), [[], false])
})
