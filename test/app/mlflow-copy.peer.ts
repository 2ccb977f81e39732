import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copyMlflow } from '#app'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { mlflowPeer } from '../support/mlflow-peer.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'

test(
  'what a real MLflow server has comes in, and goes out to a real one again',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const folder = await temporaryFolder(t)
    const [from, back] = await Promise.all([
      mlflowPeer(t, `${folder}/from`),
      mlflowPeer(t, `${folder}/back`),
    ])
    await runPeer('mlflow', ['test/peers/mlflow_fill.py', from.url])
    const here = await runningServer(t)
    const came = await copyMlflow(from, here)
    assert.deepEqual(came.problems, [])
    assert.deepEqual([came.runs, came.points, came.loggedModels, came.versions], [2, 31, 1, 1])
    const went = await copyMlflow(here, back)
    assert.deepEqual(went.problems, [])
    assert.deepEqual(
      [went.runs, went.points, went.files, went.loggedModels, went.versions],
      [came.runs, came.points, came.files, came.loggedModels, came.versions],
    )
    const said = await runPeer('mlflow', ['test/peers/mlflow_fill.py', back.url, '--check'])
    assert.match(said, /predicts \[1\.0, 2\.0\]/)
  },
)
