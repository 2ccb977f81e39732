import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { mlflowPeer } from '../support/mlflow-peer.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'
import { onPostgres, skipPostgres } from '../support/postgres.ts'

interface Figure {
  readonly d: Readonly<Record<string, string>>
  readonly v: Readonly<Record<string, number>>
}
type Answers = readonly (readonly Figure[] | string)[]

async function answersOf(url: string): Promise<Answers> {
  const said = await runPeer('mlflow', ['test/peers/mlflow_trace_metrics.py', url])
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Answers
}

/** To 12 digits: sums are added in another order. */
function rounded(answers: Answers): Answers {
  return JSON.parse(
    JSON.stringify(answers, (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(12)) : value,
    ),
  ) as Answers
}

test(
  'questions about traces, spans and judgements are answered as MLflow’s own server answers them',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const folder = await temporaryFolder(t)
    const [peer, own] = await Promise.all([mlflowPeer(t, folder), runningServer(t)])
    const expected = rounded(await answersOf(peer.url))
    assert.deepEqual(expected[0], [{ d: {}, v: { COUNT: 12 } }])
    assert.equal(expected.length, 46)
    assert.deepEqual(rounded(await answersOf(own.url)), expected)

    await t.test('also on PostgreSQL', { skip: skipPostgres }, async (inner) => {
      await onPostgres(inner)
      const onServer = await runningServer(inner)
      assert.deepEqual(rounded(await answersOf(onServer.url)), expected)
    })
  },
)
