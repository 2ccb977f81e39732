import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { runningServer } from '../support/home.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'
import { rowsOfTwo, runWithTwoModels } from '../support/two-models.ts'

const { models } = operations

test(
  'MLflow’s own client loads the very model that the gate looked at, from whichever folder of the run it was registered',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const { url } = await runningServer(t)
    const caller = httpCaller({ url })
    const run = await runWithTwoModels(caller)
    const path = 'better/model.onnx'
    const { version } = await caller.call(models.register, { name: 'm', run, path })
    await caller.call(models.requirements, {
      name: 'm',
      requirements: [{ kind: 'metric', metric: 'f1', min: 0.5 }],
    })
    const { gate } = await caller.call(models.alias, {
      ...{ name: 'm', alias: 'champion', version: version.version },
    })
    assert.ok(gate?.passed)
    const champion = resolve('test/peers/mlflow_champion.py')
    const said = await runPeer('mlflow', [champion, url, 'm', JSON.stringify(rowsOfTwo)])
    assert.deepEqual(
      JSON.parse(said.trim().split('\n').at(-1) ?? ''),
      rowsOfTwo.map(({ a }) => (a < 10 ? 1 : 0)),
    )
  },
)
