import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations, type Requirement } from '#contract'
import { registeredModel } from '../support/registered-models.ts'
import { tidemill } from '../support/tidemill.ts'
import { mlflowServer } from './support/mlflow-server.ts'

const { models } = operations

test('a version has infinite metrics and those that are not a number as its run has them, and its gate, comparison and card say them', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const caller = httpCaller({ url })
  const plain = await registeredModel(caller, { model: 'm', metrics: { loss: 0.5, odd: 1 } })
  const { run } = await registeredModel(caller, { model: 'other', metrics: { fine: 0.7 } })
  const given = [
    ['loss', 'Infinity'],
    ['down', '-Infinity'],
    ['odd', 'NaN'],
  ] as const
  for (const [key, value] of given)
    await ask('POST', 'runs/log-metric', { run_id: run, key, value, timestamp: 1 })
  const { version } = await caller.call(models.register, { name: 'm', run })
  const metrics = { fine: 0.7, loss: 'Infinity', down: '-Infinity', odd: 'NaN' }
  assert.deepEqual(version.metrics, metrics)
  const [newest] = (await caller.call(models.get, { name: 'm' })).versions
  assert.deepEqual(newest?.metrics, metrics)
  assert.match(version.card, /\| loss \| Infinity \|/)

  const bound = (metric: string, side: object): Requirement => ({ kind: 'metric', metric, ...side })
  const requirements = [
    ...[bound('loss', { max: 1 }), bound('down', { max: 1 }), bound('odd', { min: -1 })],
    ...[bound('odd', { max: 1 }), bound('loss', { min: 1 })],
  ]
  await caller.call(models.requirements, { name: 'm', requirements })
  const gate = await caller.call(models.gate, { name: 'm', version: version.version })
  assert.deepEqual(
    gate.checks.map(({ passed, summary }) => [passed, summary]),
    [
      [false, 'loss is Infinity; it must be at most 1.'],
      [true, 'down is -Infinity; it must be at most 1.'],
      [false, 'odd is NaN; it must be at least -1.'],
      [false, 'odd is NaN; it must be at most 1.'],
      [true, 'loss is Infinity; it must be at least 1.'],
    ],
  )

  const pair = { name: 'm', from: plain.version, to: version.version }
  const compared = await caller.call(models.compare, pair)
  assert.deepEqual(
    compared.metrics.filter(({ name }) => name === 'loss' || name === 'odd'),
    [
      { name: 'loss', from: 0.5, to: 'Infinity', difference: 'Infinity' },
      { name: 'odd', from: 1, to: 'NaN', difference: 'NaN' },
    ],
  )
  const words = ['models', 'compare', 'm', String(pair.from), String(pair.to), '--url', url]
  const said = await tidemill(words, process.cwd())
  assert.match(said.stdout, /loss +0\.5000 +Infinity +Infinity/)
  const shown = await tidemill(['models', 'show', 'm', '--url', url], process.cwd())
  assert.match(shown.stdout, /-Infinity/)
})
