import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { mlflowPeer } from '../support/mlflow-peer.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'
import { onPostgres, skipPostgres } from '../support/postgres.ts'

async function answersOf(url: string): Promise<readonly unknown[]> {
  const said = await runPeer('mlflow', ['test/peers/mlflow_review.py', url])
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as readonly unknown[]
}

test(
  'label schemas and review queues tell MLflow’s own client what MLflow’s own server tells it',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const folder = await temporaryFolder(t)
    const [peer, own] = await Promise.all([mlflowPeer(t, folder), runningServer(t)])
    const expected = await answersOf(peer.url)
    assert.deepEqual(await answersOf(own.url), expected)
    const refusals = expected.filter((answer) => typeof answer === 'string')
    assert.deepEqual([expected.length, refusals.length], [196, 115])

    await t.test('also on PostgreSQL', { skip: skipPostgres }, async (inner) => {
      await onPostgres(inner)
      const onServer = await runningServer(inner)
      assert.deepEqual(await answersOf(onServer.url), expected)
    })
  },
)
