import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { newId, type Prediction } from '#contract'
import { labelingMigrations, openLabeling } from '#labeling'
import { lakeMigrations, openLineage } from '#lake'
import { openSqlite, systemClock, type Metadata } from '#store'
import { temporaryFolder } from '../support/home.ts'

async function database(t: TestContext): Promise<Metadata> {
  const metadata = await openSqlite({ file: join(await temporaryFolder(t), 'metadata.db') })
  t.after(() => metadata.close())
  await metadata.migrate([...lakeMigrations, ...labelingMigrations])
  return metadata
}

test('five thousand doubtful rows of a window are offered at once, each once', async (t) => {
  const labeling = openLabeling(await database(t), systemClock)
  const queue = { name: 'q', endpoint: 'e', dataset: 'd', below: 0.7, annotators: 1, classes: [] }
  await labeling.declare(queue)
  const predictions = Array.from({ length: 5_000 }, (_, i): Prediction => ({
    id: newId(i),
    endpoint: 'e',
    model: 'm',
    version: 1,
    time: i,
    features: { i },
    prediction: 'yes',
    probabilities: { yes: 0.6, no: 0.4 },
  }))
  assert.equal(await labeling.offer('q', predictions), 5_000)
  assert.equal(await labeling.offer('q', predictions), 0)
  assert.equal((await labeling.queue('q')).waiting, 5_000)
})

test('ten thousand edges of lineage are linked at once, each once', async (t) => {
  const lineage = openLineage(await database(t), systemClock)
  const to = { kind: 'dataset', id: 'd@2' }
  const edges = Array.from({ length: 10_000 }, (_, i) => ({
    from: { kind: 'prediction', id: String(i) },
    to,
    relation: 'reviewed',
  }))
  await lineage.link(edges)
  await lineage.link(edges)
  assert.equal((await lineage.walk(to, 'up', 20_000)).length, 10_000)
})
