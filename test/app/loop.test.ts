import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { runDemo } from '#app'
import { httpCaller, operations, type Caller } from '#contract'
import { temporaryFolder } from '../support/home.ts'

for (const [template, seconds] of [
  ['diabetes', 60],
  // 42 times the rows, on which it trains and retrains gradient boosting.
  ['census', 120],
] as const) {
  test(`the ${template} example goes round the whole loop in under ${seconds} seconds, and every link answers`, async (t) => {
    const dir = await temporaryFolder(t)
    const demo = await runDemo({ template, dir, port: 0 })
    t.after(() => demo.stop())
    assert.ok(demo.seconds < seconds, `${demo.seconds} s`)
    const caller = httpCaller({ url: demo.url })

    const { models } = await caller.call(operations.models.list, {})
    const [model] = models
    assert.ok(model)
    assert.equal(model.aliases.champion, 2, 'the challenger took the place of the champion')
    const { history, versions } = await caller.call(operations.models.get, { name: model.name })
    assert.deepEqual(
      history.map((change) => change.to),
      [2, 1],
    )
    assert.ok(
      history.every((change) => change.gate !== undefined),
      'each move names its evidence',
    )
    assert.ok(versions.every((version) => version.gate?.passed))
    assert.match(versions[0]?.card ?? '', /## How well it did/)

    const { loops } = await caller.call(operations.loop.get, {})
    const parts = loops[0]?.parts ?? []
    assert.deepEqual(
      parts.map((part) => part.part),
      ['data', 'runs', 'model', 'gate', 'endpoint', 'predictions', 'monitor', 'labels', 'policy'],
    )
    assert.ok(
      parts.every((part) => part.health !== 'none'),
      JSON.stringify(parts),
    )

    const { alarms } = await caller.call(operations.monitors.alarms, {})
    assert.ok(alarms.length > 0)
    assert.ok(
      alarms.every((alarm) => alarm.state === 'resolved'),
      'retraining resolved what it answered',
    )
    assert.ok(alarms.some((alarm) => alarm.deliveries.some((each) => each.status === 204)))

    const { endpoints } = await caller.call(operations.endpoints.list, {})
    assert.equal(endpoints[0]?.version, 2, demo.story.join('\n'))
    assert.equal(endpoints[0]?.failures, 0)

    await t.test(
      'from a prediction to its rows and from a row to its predictions there is one thread',
      () => oneThread(caller, { dataset: template, endpoint: endpoints[0]?.name ?? '' }),
    )
  })
}

async function oneThread(
  caller: Caller,
  names: { readonly dataset: string; readonly endpoint: string },
): Promise<void> {
  const { predictions } = await caller.call(operations.endpoints.predictions, {
    name: names.endpoint,
    limit: 1,
  })
  const back = await caller.call(operations.lineage.prediction, { id: predictions[0]?.id ?? '' })
  const kinds = new Set(back.nodes.map((node) => node.kind))
  for (const kind of ['source', 'dataset', 'run', 'model', 'endpoint', 'prediction'] as const) {
    assert.ok(kinds.has(kind), `the way back has a ${kind}`)
  }
  const { dataset } = await caller.call(operations.datasets.get, { name: names.dataset })
  // The log of predictions is written behind the answers.
  let reached = new Set<string>()
  for (let i = 0; i < 50 && !reached.has('prediction'); i++) {
    const forth = await caller.call(operations.lineage.row, {
      name: names.dataset,
      version: dataset.latest.version,
      row: 5,
    })
    reached = new Set(forth.nodes.map((node) => node.kind))
    await delay(100)
  }
  assert.ok(reached.has('model') && reached.has('prediction'), [...reached].join(', '))
  const reviewed = await caller.call(operations.lineage.row, {
    name: names.dataset,
    version: dataset.latest.version,
    row: dataset.latest.rows - 1,
  })
  assert.ok(
    reviewed.edges.some((edge) => edge.relation === 'reviewed'),
    'a reviewed row names the prediction it was',
  )
}
